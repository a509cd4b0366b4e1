"""Django's settings. Everything that differs between machines comes through kouryu/env.py."""

import secrets
import ssl
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from kouryu import env, openid, production

BASE_DIR = env.BASE_DIR
ENVIRONMENT = env.environment()
PRODUCTION, DEVELOPMENT = ENVIRONMENT == env.PRODUCTION, ENVIRONMENT == env.DEVELOPMENT
DATA_DIR = Path(env.text("KOURYU_DATA", str(BASE_DIR / "var"))).resolve()

DEBUG = env.flag("KOURYU_DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("KOURYU_DEBUG must be off in production.")
_KEYS = {
    env.PRODUCTION: None,  # it has to be set
    env.DEVELOPMENT: production.DEVELOPMENT_KEY,
    env.OFFLINE: secrets.token_urlsafe(60),  # signs nothing: another one in each process
}
SECRET_KEY = env.text("SECRET_KEY", _KEYS[ENVIRONMENT])
# Earlier keys that still prove what they signed; docs/operations.md says when one may go.
SECRET_KEY_FALLBACKS = env.names("SECRET_KEY_FALLBACKS", "")
ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", None if PRODUCTION else "127.0.0.1,localhost,[::1],testserver")
SITE_URL = env.text("SITE_URL", None if PRODUCTION else "http://127.0.0.1:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "members.desk.ledgers.LedgerConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "kouryu",
    "members",
    "events",
    "feedback",
]
if not PRODUCTION:
    INSTALLED_APPS.append("demo")  # the made-up community; its commands are not to be had where members are

MIDDLEWARE = [
    "kouryu.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kouryu.middleware.BrowserDefencesMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "kouryu.middleware.MachinesMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "members.entrance.middleware.LanguageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "members.security.middleware.StaffSessionMiddleware",
    "members.entrance.middleware.AccessMiddleware",
    "kouryu.middleware.GoneMiddleware",
]

ROOT_URLCONF = "kouryu.urls"
WSGI_APPLICATION = "kouryu.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["kouryu.loaders.Filesystem", "kouryu.loaders.AppDirectories"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "members.entrance.context.site",
            ],
            "builtins": ["kouryu.templatetags.numbers"],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- where things are kept
if PRODUCTION:
    env.must_be_set("DATABASE_URL", "REDIS_URL", "SMTP_URL")
DATABASES = {
    "default": env.database("DATABASE_URL", DATA_DIR / "kouryu.sqlite3"),
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# In the database, so that signing in and its rate limits survive a dead broker (docs/decisions/0003).
CACHES = {
    "default": {
        "BACKEND": "kouryu.caches.DatabaseCache",
        "LOCATION": "kouryu_cache",
        "VERSION": 2,  # what kouryu/caches.py keeps beside each value is not in entries of Django's own backend
        "OPTIONS": {"MAX_ENTRIES": 100_000},  # beyond it some go that are still needed
    },
    # Drawn parts of pages that are the same for every reader, kept by each process under the version they show.
    "parts": {"BACKEND": "kouryu.caches.LocMemCache", "LOCATION": "parts"},
    # What is new for each reader, kept by each process for a minute; apart, so that it pushes out no drawn part.
    "news": {"BACKEND": "kouryu.caches.LocMemCache", "LOCATION": "news", "OPTIONS": {"MAX_ENTRIES": 10_000}},
}
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", str(BASE_DIR / "staticfiles")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEVELOPMENT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = DEVELOPMENT

# --- words and time
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True
FORMAT_MODULE_PATH = "kouryu.formats"

# --- who signs in, and how
AUTH_USER_MODEL = "members.User"
AUTHENTICATION_BACKENDS = ["members.entrance.backend.MemberBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
PASSWORD_AT_LEAST = 15  # characters
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    # The password is the only factor: NIST SP 800-63B-4 asks for 15.
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": PASSWORD_AT_LEAST},
    },
    # No rule about kinds of letters: what counts is how many guesses it would take (docs/decisions/0034).
    {"NAME": "members.entrance.passwords.GuessesValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "members.entrance.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "signup": "members.entrance.forms.entrance.SignupForm",
    "login": "members.entrance.forms.entrance.LoginForm",
    "request_login_code": "members.entrance.forms.entrance.RequestLoginCodeForm",
    "reset_password": "members.entrance.forms.entrance.ResetPasswordForm",
    "add_email": "members.entrance.forms.entrance.AddEmailForm",
    "change_password": "members.entrance.forms.entrance.ChangePasswordForm",
    "reset_password_from_key": "members.entrance.forms.entrance.ResetPasswordKeyForm",
    "confirm_email_verification_code": "members.entrance.forms.entrance.AddressCodeForm",
    "confirm_password_reset_code": "members.entrance.forms.entrance.PasswordCodeForm",
    "confirm_login_code": "members.entrance.forms.entrance.LoginCodeForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
# allauth offers it for a new address only: the page would tell which addresses have an account. Who mistyped signs
# up again.
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = False
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
# Whose password is being guessed by somebody else signs in this way meanwhile.
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
# ASVS 6.5.5: a code sent by mail lives ten minutes at most; the pages say so.
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 10 * 60
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 10 * 60
# How often, in allauth's notation: so many in a window, per network (ip), account (user) or as named by `key`.
# docs/decisions/0035 says what each guards against, docs/operations.md lists all limits.
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip",
    # Wrong or right passwords typed into a browser that never signed in to this account, `members.entrance.adapter`:
    "sign_in_from_network": "5/5m/key,20/d/key",  # key: the network and the account
    "sign_in_anywhere": "100/d/key",  # key: the account
    "sign_in_known_browser": "10/5m/key,100/d/key",  # key: the browser, which then is asked nothing of the above
    # Codes of apps and recovery codes, `members.security.forms`: asked of who knows the password or reads the mail.
    "factor_elsewhere": "5/5m/key,20/d/key",  # key: the account, in all browsers that never signed in to it
    "factor_known_browser": "5/5m/key,20/d/key",  # key: the browser and the account
    # Codes by mail that prove who is signed in, `members.entrance.proofs`: each has a few tries of its own.
    "proof_code": "4/h/key,12/d/key",  # key: the account, in each browser that it knows and in all others together
    "signup": "20/m/ip,120/h/ip",
    "request_login_code": "20/m/ip",
    "reset_password": "20/m/ip",
    # How many codes an address gets is counted in the outbox, and the pages do not tell (CODES_AN_HOUR).
    "confirm_email": None,
}
# Who may come in (docs/decisions/0063): anybody, who applied and was accepted, or who was invited.
ENTRANCE = env.one_of("KOURYU_ENTRANCE", "open", "open", "application", "invitation")
MEMBERS_INVITE = env.flag("KOURYU_MEMBERS_INVITE", default=False)
# Whether the first month is a gift for whom a member invited; staff decide for each of theirs.
INVITED_MONTH_FREE = env.flag("KOURYU_INVITED_MONTH_FREE", default=False)
BROWSER_KNOWN_FOR = timedelta(days=180)  # after its last sign-in
# Mails that anybody can have sent to an address by typing it, of one sort and to one address or by one member.
CODES_AN_HOUR, CODES_A_DAY = 4, 12
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60  # seconds that a proof counts
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if PRODUCTION else "http"
# Second factors (docs/decisions/0054).
MFA_ADAPTER = "members.security.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "members.security.forms.AuthenticateForm",
    "reauthenticate": "members.security.forms.ReauthenticateForm",
    "activate_totp": "members.security.forms.ActivateTOTPForm",
    "add_webauthn": "members.security.forms.AddPasskeyForm",
    "edit_webauthn": "members.security.forms.RenamePasskeyForm",
    "login_webauthn": "members.security.forms.LoginPasskeyForm",
    "authenticate_webauthn": "members.security.forms.AuthenticatePasskeyForm",
    "reauthenticate_webauthn": "members.security.forms.ReauthenticatePasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # periods of thirty seconds before and after: clocks differ, and typing takes time
MFA_RECOVERY_CODE_COUNT = 10
MFA_RECOVERY_CODE_DIGITS = 12
MFA_RECOVERY_CODES_SHOW_ONCE = True
# Signing in with the service's own accounts (docs/decisions/0064).
OPENID = env.openid(
    env.text("OPENID_URL", ""),
    env.text("OPENID_CLIENT_ID", ""),
    env.text("OPENID_SECRET", ""),
    env.text("OPENID_LABEL", ""),
    trusts_addresses=env.flag("OPENID_TRUSTS_ADDRESSES", default=False),
    paid_until_claim=env.text("OPENID_PAID_UNTIL_CLAIM", ""),
    call_secret=env.text("OPENID_CALL_SECRET", ""),
)
SOCIALACCOUNT_ADAPTER = "members.linking.adapter.SocialAdapter"
SOCIALACCOUNT_PROVIDERS = openid.providers(OPENID)
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True  # where addresses are trusted at all: `OPENID_TRUSTS_ADDRESSES`
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_REQUESTS_TIMEOUT = 3  # seconds for each answer of the service; a sign-in asks four times at most
# Cards through Stripe (docs/decisions/0079). Without a key members pay by transfer only.
STRIPE = env.stripe(
    env.text("STRIPE_KEY", ""),
    env.names("STRIPE_WEBHOOK_SECRET", ""),
    env.text("STRIPE_ACCOUNT", ""),
    env.text("STRIPE_API_URL", ""),
)
ALLAUTH_TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0)

# --- sessions, cookies, headers
SESSION_ENGINE = "members.security.sessions"
SESSION_SERIALIZER = "kouryu.encryption.EncryptedJSONSerializer"
SESSION_COOKIE_AGE = 30 * 24 * 60 * 60
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kouryu.web.csrf_failure"
THEME_COOKIE_NAME = "theme"
KNOWN_BROWSER_COOKIE_NAME = "known"
if PRODUCTION:
    # `__Host-`: no other name below the same domain can set them.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    LANGUAGE_COOKIE_NAME, THEME_COOKIE_NAME = "__Host-language", "__Host-theme"
    KNOWN_BROWSER_COOKIE_NAME = "__Host-known"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
    if env.number("TRUSTED_PROXY_COUNT", 0):
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_HANDLERS = ["kouryu.uploads.NoFiles"]
# Written into the pages by `{% htmx_config %}`: no eval, no style injected, so the CSP stays strict; a form shown
# again with its errors (422) is swapped in like any other answer.
HTMX_CONFIG = {
    "includeIndicatorStyles": False,
    "allowEval": False,
    "historyCacheSize": 0,
    "responseHandling": [
        {"code": "204|304", "swap": False},
        {"code": "[23]..|422", "swap": True},
        {"code": "[45]..", "swap": False, "error": True},
    ],
}

# --- mail
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.text("MAIL_FROM", None if PRODUCTION else "交流 kouryu <kouryu@example.jp>")
MAIL_FILES = DATA_DIR / "mails"
_smtp = env.mail_server("SMTP_URL")
if _smtp:
    EMAIL_BACKEND = "kouryu.smtp.EmailBackend"
    EMAIL_HOST, EMAIL_PORT = _smtp.host, _smtp.port
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _smtp.user, _smtp.password
    EMAIL_USE_TLS, EMAIL_USE_SSL = _smtp.use_tls, _smtp.use_ssl
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(MAIL_FILES)
EMAIL_TIMEOUT = 10  # seconds for each answer of the mail server but the last
# For the answer to the whole mail, which a server gives after its filters. RFC 5321 4.5.3.2.6 asks for ten minutes, as
# whoever gives up earlier sends copies: half of it fits into a task's time, and members.mail.rules.MOST_COPIES bounds
# what comes of the rest.
MAIL_ANSWER_WITHIN = timedelta(minutes=5)
MAIL_CONNECTIONS = env.number("MAIL_CONNECTIONS", 4, least=1)  # that one sweep holds at the same time
# A claim is renewed while its mail is under way, so this is how long a mail waits whose worker died.
MAIL_LEASE_FOR = env.seconds("MAIL_LEASE_FOR", timedelta(seconds=45))
MAIL_ATTEMPTS = 8  # temporary refusals after which a mail is given up

# --- Celery: a message is only a wake-up; what is due stands in the database
CELERY_BROKER_URL = env.text("REDIS_URL", "") or (
    "redis+socket://" + env.text("KOURYU_BROKER_SOCKET", str(DATA_DIR / "broker.sock"))
)
if CELERY_BROKER_URL.startswith("rediss://"):
    CELERY_BROKER_USE_SSL = {"ssl_cert_reqs": ssl.CERT_REQUIRED}
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "socket_timeout": 5,
    "socket_connect_timeout": 1,
}
CELERY_TASK_TIME_LIMIT = 600
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULER = "kouryu.beat.Scheduler"  # it remembers nothing (docs/decisions/0039)
# How often beat looks for most of what may be due; what it looks for is declared in the flows (kouryu/sweeps.py).
SWEEP_EVERY = env.seconds("SWEEP_EVERY", timedelta(seconds=30))

# --- how long: what an operator may change; all other numbers stand in the limits.py of a chapter
GRACE_DAYS = env.number("GRACE_DAYS", 8)  # days after a paid period in which access stays
OFFER_FOR = env.seconds("OFFER_FOR", timedelta(hours=24))
ROOM_OPENS_BEFORE = env.seconds("ROOM_OPENS_BEFORE", timedelta(minutes=30))
# Pages of an evening ask every four seconds (templates/events/group); with this they follow the host within five.
PULSE_REMEMBERED_FOR = env.seconds("PULSE_REMEMBERED_FOR", timedelta(seconds=1))

# --- rooms of our own: with a Jitsi Meet, an event may have a room per group
JITSI = env.jitsi(env.text("JITSI_URL", ""), env.text("JITSI_APP_ID", ""), env.text("JITSI_SECRET", ""))

# --- who runs the site (特定商取引法 11条): the operator fills these in
OPERATOR = {
    "name": env.text("OPERATOR_NAME", None if PRODUCTION else "（運営者の名称）"),
    "representative": env.text("OPERATOR_REPRESENTATIVE", None if PRODUCTION else "（代表者の氏名）"),
    "address": env.text("OPERATOR_ADDRESS", None if PRODUCTION else "（所在地）"),
    "phone": env.text("OPERATOR_PHONE", None if PRODUCTION else "（電話番号）"),
    "email": env.text("OPERATOR_EMAIL", None if PRODUCTION else "desk@example.jp"),
    "bank_account": env.text("OPERATOR_BANK_ACCOUNT", None if PRODUCTION else "銀行名・支店・口座番号・口座名義"),
    "registration_number": env.invoice_issuer(env.text("OPERATOR_REGISTRATION_NUMBER", "")),
}

PRIVATE_NETWORK = env.flag("PRIVATE_NETWORK", default=False)
if PRODUCTION:
    env.refuse(
        production.key_faults(SECRET_KEY)
        + production.earlier_keys_faults(SECRET_KEY_FALLBACKS)
        + production.hosts_faults(ALLOWED_HOSTS)
        + production.site_url_faults(SITE_URL)
        + production.site_is_served_faults(SITE_URL, ALLOWED_HOSTS)
        + production.openid_faults(OPENID.url if OPENID else "")
        + production.stripe_faults(STRIPE.key if STRIPE else "", STRIPE.api_url if STRIPE else "")
        + production.broker_faults(CELERY_BROKER_URL, private_network=PRIVATE_NETWORK)
        + production.mail_server_faults(
            EMAIL_HOST, has_tls=EMAIL_USE_TLS or EMAIL_USE_SSL, private_network=PRIVATE_NETWORK
        )
        + production.database_faults(
            env.database_hosts(DATABASES["default"]),
            ssl_mode=DATABASES["default"]["OPTIONS"].get("sslmode", ""),
            private_network=PRIVATE_NETWORK,
        )
    )
else:
    env.refuse(production.practice_faults(STRIPE.key if STRIPE else "", STRIPE.api_url if STRIPE else ""))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"request_id": {"()": "kouryu.logs.RequestIdFilter"}},
    "formatters": {"line": {"()": "kouryu.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["request_id"]}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "stripe": {"level": "WARNING"},  # each question and answer otherwise
    },
}
