"""`bin/bench`: what the site costs, in ratios to a bare Django project measured in the same run."""
