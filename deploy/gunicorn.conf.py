"""How gunicorn serves the site; the numbers come from the environment (docs/operations.md)."""

import gc

import gunicorn

from kouryu import children, env, production

bind = env.text("WEB_BIND", "127.0.0.1:8000")
workers = env.number("WEB_WORKERS", 2, least=1)
threads = env.number("WEB_THREADS", 4, least=1)
worker_class = "gthread"
gunicorn.SERVER = "web"  # what answers say of their server: neither its name nor its version
# Memory that fragments over weeks goes back; the jitter keeps the workers from going at the same time.
max_requests, max_requests_jitter = 20_000, 2_000
timeout = 30
graceful_timeout = 10
keepalive = 5
worker_tmp_dir = "/dev/shm"  # noqa: S108 - the heartbeat file must never wait for a disk
control_socket_disable = True
accesslog = None
# Whoever wants an access log all the same: without addresses, since some of them are keys.
access_log_format = "%(h)s %(m)s %(s)s %(B)s %(M)sms %({x-request-id}o)s"
logger_class = "kouryu.web_log.Logger"
wsgi_app = "kouryu.wsgi:application"


def on_starting(server):
    """What is only to look at, with a key that everybody knows, is for this machine alone."""
    if env.environment() == env.DEVELOPMENT:
        hosts = [address[0] for address in server.cfg.address if isinstance(address, tuple)]  # else a unix socket
        env.refuse(production.bind_faults(hosts))


def post_fork(server, worker):
    """A worker goes with its master, even by `kill -9`."""
    children.die_with_parent()


def post_worker_init(worker):
    """The site is loaded and stays: the garbage collector need not walk through it at every turn."""
    gc.collect()
    gc.freeze()
