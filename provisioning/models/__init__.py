"""The records: one noun per file. Nothing here talks to SendGrid."""

from provisioning.models.account import Account
from provisioning.models.account_offering import AccountOffering
from provisioning.models.call import Call
from provisioning.models.catalogue_offering import CatalogueOffering
from provisioning.models.event import Event
from provisioning.models.heartbeat import Heartbeat
from provisioning.models.hold import Hold
from provisioning.models.installation import Installation
from provisioning.models.ip_address import IpAddress
from provisioning.models.launch import Launch
from provisioning.models.launch_link import LaunchLink
from provisioning.models.operation import Operation
from provisioning.models.pause import Pause
from provisioning.models.scan import Scan
from provisioning.models.user import User

__all__ = [
    "Account",
    "AccountOffering",
    "Call",
    "CatalogueOffering",
    "Event",
    "Heartbeat",
    "Hold",
    "Installation",
    "IpAddress",
    "Launch",
    "LaunchLink",
    "Operation",
    "Pause",
    "Scan",
    "User",
]
