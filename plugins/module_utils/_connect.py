# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From resolved options to a client: the only place where the core's parts are put together."""

from __future__ import annotations

import platform
import sys
import typing as t

from ._ims.api.client import ImsClient, Project
from ._ims.clock import Clock
from ._ims.errors import MissingLibraryError
from ._ims.http.credentials import AccessKeys, Credentials, GivenToken, Login, MetadataKeys, PasswordLogin
from ._ims.http.exchange import Exchange
from ._ims.http.signing import KeyPair
from ._ims.http.transport import REQUESTS_IMPORT_ERROR, RequestsTransport, Transport
from ._ims.schema.validation import JSONSCHEMA_IMPORT_ERROR
from ._options import Options

VERSION = "1.0.0"
_LIBRARIES = {
    "requests": (REQUESTS_IMPORT_ERROR, "requests"),
    "jsonschema": (JSONSCHEMA_IMPORT_ERROR, "jsonschema>=3.2"),
}


def connect(
    options: Options,
    environ: t.Mapping[str, str],
    clock: Clock,
    warn: t.Callable[[str], None],
    query_api: str = "auto",
) -> ImsClient:
    """Return a client; nothing is sent yet. ``environ`` is where proxies and a CA bundle are looked up."""
    _check_libraries()
    transport = RequestsTransport(
        verify=options.validate_certs,
        ca_path=options.ca_path,
        environ=environ,
        user_agent=f"ansible-huaweicloud.ims/{VERSION}",
    )
    credentials = _credentials(options, transport, clock)
    return ImsClient(
        Exchange(transport, clock, credentials, warn),
        credentials,
        endpoint=options.endpoint,
        project=Project(options.project_id, options.region, options.iam_endpoint, options.request_timeout),
        request_timeout=options.request_timeout,
        query_api=query_api,
    )


def _check_libraries() -> None:
    for name, (error, requirement) in _LIBRARIES.items():
        if error is not None:
            raise MissingLibraryError(
                f'The Python library "{name}" is missing on {platform.node()} ({sys.executable}); install {requirement}'
                " there, or use an execution environment built from this collection."
            )


def _credentials(options: Options, transport: Transport, clock: Clock) -> Credentials:
    if options.auth_type == "metadata":
        return MetadataKeys(transport, clock)
    if options.auth_type == "token":
        return GivenToken(options.auth_token or "")
    if options.auth_type == "aksk":
        return AccessKeys(KeyPair(options.access_key or "", options.secret_key or "", options.security_token))
    scope = {"id": options.project_id} if options.project_id else {"name": options.region or ""}
    login = Login(
        iam_endpoint=options.iam_endpoint or "",
        username=options.username or "",
        domain_name=options.domain_name or "",
        scope=scope,
        password=options.password or "",
        timeout=options.request_timeout,
    )
    return PasswordLogin(transport, clock, login)
