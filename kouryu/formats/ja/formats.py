"""How dates and times look in Japanese pages."""

DATE_FORMAT = "Y年n月j日（D）"
MONTH_DAY_FORMAT = "n月j日（D）"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "n月j日（D）H:i"
SHORT_DATE_FORMAT = "Y/m/d"
