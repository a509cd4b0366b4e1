"""What Celery calls on behalf of feedback: a task for each sweep that these flows declare."""

from feedback.growth.flows import mail_sequence, statement
from feedback.insight import flows as insight
from feedback.insight import retention
from feedback.letters.flows import anonymous_picks, letter
from feedback.mirror.flows import mirror
from feedback.safety import flows as safety
from feedback.ties.flows import anniversary, contact, network, short_note, tie
from kouryu.sweeps import add_tasks
from members.audit.flows import beat

add_tasks(letter, anonymous_picks, mirror, network, tie, contact, short_note, anniversary, note=beat)
add_tasks(mail_sequence, statement, safety, insight, retention, note=beat)
