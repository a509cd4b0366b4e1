"""A year of a made-up community, lived through the real flows on a database that is thrown away.

`manage.py simulate` starts this package as a program of its own (`manage.py simulate_once`), once with the
groups drawn as the site draws them and once by chance. What people are assumed to do stands in `assumptions.py`.
"""
