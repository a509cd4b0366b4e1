"""How dates and times look in English pages."""

DATE_FORMAT = "D, j M Y"
MONTH_DAY_FORMAT = "D j M"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "D j M, H:i"
SHORT_DATETIME_FORMAT = "D, j M Y, H:i"  # with its year: for what is looked up long after
SHORT_DATE_FORMAT = "Y-m-d"
