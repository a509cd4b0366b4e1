"""An address as it is typed."""

from __future__ import annotations

from typing import Any

from allauth.account.fields import EmailField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from kouryu.words import normalised
from members.accounts.rules import BadAddress, why_no_mail_to

BAD_ADDRESSES = {
    BadAddress.NOT_ASCII: _(
        "半角の英数字と記号だけのアドレスを入れてください。ほかの文字を含むアドレスには、お届けできません。"
    ),
    BadAddress.DOTS: _(
        "「.」が続くアドレスや、「@」のすぐ前に「.」があるアドレスには、お届けできません。"
        "お手数ですが、ほかのメールアドレスをお使いください。"
    ),
}


class AddressField(EmailField):
    """An address as any keyboard types it; one that no mail reaches is refused with the reason."""

    def to_python(self, value: Any) -> str:
        return normalised("NFKC", super().to_python(value)).replace("。", ".").strip()

    def clean(self, value: Any) -> str:
        if reason := why_no_mail_to(self.to_python(value)):
            raise ValidationError(BAD_ADDRESSES[reason], code=reason.value)
        return super().clean(value)
