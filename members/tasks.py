"""What Celery calls on behalf of members: a task for each sweep that these flows declare."""

from kouryu.sweeps import add_tasks
from members.admission.flows import application as admission
from members.audit import flows as sealing
from members.audit.flows import beat
from members.cards.flows import checkout, notices, payments, reconciling, subscriptions, wishes
from members.desk import flows as desk
from members.leaving import flows as leaving
from members.mail.flows import delivery, forgetting
from members.membership.flows import plans, renewals
from members.moving import flows as moving
from members.papers import flows as papers
from members.security import flows as security

add_tasks(
    *(admission, sealing, delivery, forgetting, desk, plans, renewals, papers, notices, reconciling, subscriptions),
    *(checkout, payments, wishes, leaving, moving, security),
    note=beat,
)
