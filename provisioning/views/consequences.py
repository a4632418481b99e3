"""What each state means, from the table of SendGrid's reference document. Shown, never acted upon."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

MEANINGS = {
    "activated": _("The customer can sign in and send."),
    "suspended": _("The customer can sign in and hand mail over, but it is not delivered."),
    "deactivated": _("The customer can sign in, but SendGrid takes no mail."),
    "banned": _("Nobody can sign in, nothing is sent, and subusers, dedicated IPs and API keys were taken away."),
    "indeterminate": _("SendGrid itself cannot say. Contact SendGrid support; the portal cannot set this right."),
}
# Login, request mail, deliver mail, subusers removed, dedicated IPs removed, API keys deactivated.
EFFECTS = [
    ("activated", (True, True, True, False, False, False)),
    ("suspended", (True, True, False, False, False, False)),
    ("deactivated", (True, False, False, False, False, False)),
    ("banned", (False, False, False, True, True, True)),
]
