"""How dates and times look in Japanese pages."""

DATE_FORMAT = "Y年n月j日（D）"
MONTH_DAY_FORMAT = "n月j日（D）"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "n月j日（D）H:i"
SHORT_DATETIME_FORMAT = "Y年n月j日（D）H:i"  # with its year: for what is looked up long after
SHORT_DATE_FORMAT = "Y/m/d"
