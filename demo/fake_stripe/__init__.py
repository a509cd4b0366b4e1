"""A Stripe of our own, for the tests and the demo: docs/fake-stripe.md says which calls it answers.

The official SDK talks to it unmodified, by its base address. It listens on this machine only, keeps all it knows in one
SQLite file, and does not start where members are.
"""

API_VERSION = "2026-10-28.endive"
ACCOUNT = "acct_1KouryuPractice"
