"""What the database itself refuses: changing what was booked and, on PostgreSQL, a booking that does not come to zero.

Set up after each migration where it is missing: SQLite loses the triggers of a table that a migration builds anew.
"""

from __future__ import annotations

from typing import Any

from django.db import connections

# What was booked stays as it is: an amount that is wrong is reversed by a booking of its own. Names and words may go.
WRITTEN_ONCE = {
    "members_booking": ["booked_on", "kind", "key", "reverses_id"],
    "members_bookline": ["booking_id", "account", "amount_yen", "member_id", "due_id"],
    "members_paymentin": ["booking_id", "way", "amount_yen", "received_on", "external_id"],
    "members_allocation": ["booking_id", "due_id", "payment_id", "amount_yen"],
    "members_receipt": [
        *("kind", "year", "number", "issued_at", "member_id", "payment_id", "paid_on", "way", "amount_yen"),
        *("returns_id", "refund_id", "issuer_name", "issuer_address", "issuer_phone", "registration_number"),
    ],
    "members_receiptline": ["receipt_id", "allocation_id", "what", "tax_percent", "amount_yen"],
    "members_planprice": ["plan_id", "price_yen", "tax_percent", "from_on"],
    "members_planagreement": ["member_id", "plan_id", "price_yen", "tax_percent", "from_on"],
}
FUNCTIONS = """
CREATE OR REPLACE FUNCTION members_written_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is written once', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE OR REPLACE FUNCTION members_comes_to_zero() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT sum(amount_yen) FROM members_bookline WHERE booking_id = NEW.booking_id) <> 0 THEN
        RAISE EXCEPTION 'booking % does not come to zero', NEW.booking_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
"""
# SQLite has no trigger that waits for the end of a transaction: there the flow and `check_invariants` ask alone.
COMES_TO_ZERO = """
CREATE CONSTRAINT TRIGGER comes_to_zero AFTER INSERT ON members_bookline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION members_comes_to_zero()
"""
REFUSE = {
    "postgresql": "EXECUTE FUNCTION members_written_once()",
    "sqlite": "BEGIN SELECT RAISE(ABORT, 'this is written once'); END",
}
THERE = {
    "postgresql": "SELECT tgname FROM pg_trigger",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}


def set_up_triggers(*, using: str, **signal: Any) -> None:
    """Make the triggers that are not there; what is there stays."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not tables.issuperset(WRITTEN_ONCE):
        return  # in the middle of older migrations
    with connection.cursor() as cursor:
        cursor.execute(THERE[connection.vendor])
        there = {name for (name,) in cursor.fetchall()}
        if connection.vendor == "postgresql" and "comes_to_zero" not in there:
            cursor.execute(FUNCTIONS)
            cursor.execute(COMES_TO_ZERO)
        for table, columns in WRITTEN_ONCE.items():
            if f"{table}_once" not in there:
                cursor.execute(
                    f"CREATE TRIGGER {table}_once BEFORE UPDATE OF {', '.join(columns)} ON {table}"
                    f" FOR EACH ROW {REFUSE[connection.vendor]}"
                )
