"""What Celery calls on behalf of events: a task for each sweep that these flows declare."""

from events.evening.flows import closing
from events.hosting.flows import affinity, handing, invitation, publishing
from events.registration.flows import follow_up, lottery, mark, registration, reminder, waitlist
from kouryu.sweeps import add_tasks
from members.audit.flows import beat

add_tasks(waitlist, lottery, registration, publishing, closing, reminder, note=beat)
add_tasks(invitation, handing, affinity, mark, follow_up, note=beat)
