"""What Celery calls on behalf of the demo. Where this module is not loaded, the sweep does not exist."""

from demo.site import waits
from kouryu.sweeps import OFTEN, add_tasks, sweep
from members.audit.flows import beat

sweep("shorten-waits", every=OFTEN)(waits.shorten_waits)
add_tasks(waits, note=beat)
