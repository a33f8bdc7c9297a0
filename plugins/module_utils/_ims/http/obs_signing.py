# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The signature of OBS (obs_04_0010), by keys that somebody holds. It is neither of the schemes of API Gateway."""

from __future__ import annotations

import base64
import datetime
import email.utils
import hashlib
import hmac
import typing as t

from .request import Request
from .signing import KeyPair

if t.TYPE_CHECKING:
    from .temporary import KeyHolder

TOKEN_HEADER = "x-obs-security-token"
_PREFIX = "x-obs-"


def sign_for_obs(request: Request, keys: KeyPair, at: datetime.datetime) -> Request:
    """Return ``request`` with Date and Authorization (and x-obs-security-token) added.

    ``request.resource`` is what is signed of the URL: ``/bucket/object``, the object's name percent-encoded. ``at`` is
    an aware datetime; OBS refuses more than 15 minutes of difference.
    """
    added = {"Date": email.utils.format_datetime(at.astimezone(datetime.timezone.utc), usegmt=True)}
    if keys.security_token:
        added[TOKEN_HEADER] = keys.security_token
    request = request.with_headers(added)
    text = text_to_sign(request.method, request.headers, request.resource)
    digest = hmac.new(keys.secret_key.encode(), text.encode(), hashlib.sha1).digest()
    return request.with_headers({"Authorization": f"OBS {keys.access_key}:{base64.b64encode(digest).decode()}"})


def text_to_sign(method: str, headers: t.Mapping[str, str], resource: str) -> str:
    """Return the text that is signed. With x-obs-date among the headers, the line of the date stays empty."""
    signed = {name.lower(): value.strip() for name, value in headers.items()}
    own = sorted(name for name in signed if name.startswith(_PREFIX))
    date = "" if "x-obs-date" in signed else signed.get("date", "")
    lines = (method, signed.get("content-md5", ""), signed.get("content-type", ""), date)
    return "\n".join((*lines, *(f"{name}:{signed[name]}" for name in own), resource))


class ObsCredentials:
    """Credentials that sign for OBS with the keys of a holder."""

    depends_on_clock = True

    def __init__(self, holder: KeyHolder) -> None:
        self._holder = holder
        self.description = holder.description

    @property
    def secrets(self) -> tuple[str, ...]:
        return self._holder.secrets

    def remedy(self, clock: str) -> str:
        return self._holder.remedy(clock)

    def find_project_id(self, timeout: float) -> str | None:
        return None

    def authorize(self, request: Request, at: datetime.datetime) -> Request:
        return sign_for_obs(request, self._holder.keys(request.timeout), at)

    def renew(self, refused: Request) -> bool:
        return self._holder.replace(refused.headers.get(TOKEN_HEADER), refused.timeout)
