"""What other apps may listen to of an evening."""

from django.dispatch import Signal

# Sent within the transaction when the desk corrects, after closing, who was there; `event_id`.
attendance_corrected = Signal()
