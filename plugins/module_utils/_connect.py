# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From resolved options to a client: the only place where the core's parts are put together."""

from __future__ import annotations

import dataclasses
import platform
import sys
import typing as t

from ._clouds import region_of
from ._ims.api.client import ImsClient
from ._ims.api.objects import Objects
from ._ims.api.project import Project
from ._ims.clock import Clock
from ._ims.errors import MissingLibraryError
from ._ims.http.agency import Agency, AgencySource
from ._ims.http.credentials import AccessKeys, Credentials, GivenToken
from ._ims.http.exchange import Exchange
from ._ims.http.login import Login, PasswordLogin
from ._ims.http.metadata import MetadataSource
from ._ims.http.obs_signing import ObsCredentials
from ._ims.http.oidc import Federation, OidcSource
from ._ims.http.signing import KeyPair
from ._ims.http.temporary import KeyHolder, TemporaryKeys
from ._ims.http.token_keys import TokenKeySource
from ._ims.http.transport import REQUESTS_IMPORT_ERROR, HttpTransport, Transport
from ._ims.schema.deviations import OddAnswers
from ._ims.schema.validation import JSONSCHEMA_IMPORT_ERROR
from ._options import Options

VERSION = "2.0.0"
_LIBRARIES = {
    "requests": (REQUESTS_IMPORT_ERROR, "requests"),
    "jsonschema": (JSONSCHEMA_IMPORT_ERROR, "'jsonschema>=3.2'"),
}


@dataclasses.dataclass(frozen=True)
class Connection:
    """A client, with the warnings that it has given and nobody has taken yet."""

    client: ImsClient
    warnings: list[str] = dataclasses.field(default_factory=list)

    def take_warnings(self) -> list[str]:
        taken = list(self.warnings)
        self.warnings.clear()
        return taken


def open_connection(options: Options, environ: t.Mapping[str, str], clock: Clock, query_api: str) -> Connection:
    """Return a connection; nothing is sent yet. Raises OptionError, MissingLibraryError."""
    warnings: list[str] = []
    return Connection(connect(options, environ, clock, warnings.append, query_api), warnings)


def connect(
    options: Options,
    environ: t.Mapping[str, str],
    clock: Clock,
    warn: t.Callable[[str], None],
    query_api: str = "auto",
) -> ImsClient:
    """Return a client; nothing is sent yet. ``environ`` is where proxies and a CA bundle are looked up."""
    _check_libraries()
    transport = HttpTransport(
        verify=options.validate_certs,
        ca_path=options.ca_path,
        environ=environ,
        user_agent=f"ansible-huaweicloud.ims/{VERSION}",
        warn=warn,
    )
    odd = OddAnswers(is_fatal=options.on_schema_violation == "fail")
    credentials = credentials_for(options, transport, clock, warn, odd)
    exchange = Exchange(transport, clock, credentials, warn, odd)
    project = Project(
        exchange,
        credentials,
        clock,
        project_id=options.project_id,
        name=options.project_name or options.region,
        is_named=options.project_name is not None,
        is_told_twice=options.is_project_told_twice,
        iam_endpoint=options.iam_endpoint,
    )
    return ImsClient(
        exchange,
        clock,
        endpoint=options.endpoint,
        project=project,
        request_timeout=options.request_timeout,
        query_api=query_api,
        region=options.region or region_of(options.endpoint),
        ecs_endpoint=options.ecs_endpoint,
        objects=_objects(options, transport, exchange, credentials, warn),
    )


def missing_libraries() -> list[str]:
    """Return the names of the libraries that this Python lacks."""
    return [name for name, (error, _requirement) in _LIBRARIES.items() if error is not None]


def _check_libraries() -> None:
    missing = missing_libraries()
    if missing:
        names = " and ".join(f'"{name}"' for name in missing)
        requirements = " ".join(_LIBRARIES[name][1] for name in missing)
        subject = f"library {names} is" if len(missing) == 1 else f"libraries {names} are"
        raise MissingLibraryError(
            f"The Python {subject} missing on {platform.node()} ({sys.executable}); install {requirements} there, or"
            " use an execution environment built from this collection."
        )


def credentials_for(
    options: Options, transport: Transport, clock: Clock, warn: t.Callable[[str], None], odd: OddAnswers
) -> Credentials:
    """Return what proves who asks, as the options have it; nothing is sent yet."""
    own = _own_credentials(options, transport, clock, odd)
    if options.assume_role_agency_name is None:
        return own
    agency = Agency(
        options.assume_role_agency_name,
        options.assume_role_domain_name,
        options.assume_role_domain_id,
        options.assume_role_duration,
    )
    exchange = Exchange(transport, clock, own, warn, odd)
    return TemporaryKeys(clock, AgencySource(exchange, own, clock, options.iam_endpoint or "", agency))


def _own_credentials(options: Options, transport: Transport, clock: Clock, odd: OddAnswers) -> Credentials:
    if options.auth_type == "metadata":
        return TemporaryKeys(clock, MetadataSource(transport, clock))
    if options.auth_type == "oidc":
        federation = Federation(options.iam_endpoint or "", options.idp_id or "", options.id_token_file or "")
        return TemporaryKeys(clock, OidcSource(transport, clock, federation, odd))
    if options.auth_type == "token":
        return GivenToken(options.auth_token or "")
    if options.auth_type == "aksk":
        return AccessKeys(KeyPair(options.access_key or "", options.secret_key or "", options.security_token))
    login = Login(
        iam_endpoint=options.iam_endpoint or "",
        username=options.username or "",
        domain_name=options.domain_name or "",
        scope=_scope(options),
        password=options.password or "",
    )
    return PasswordLogin(transport, clock, login, odd)


def _objects(
    options: Options, transport: Transport, exchange: Exchange, credentials: Credentials, warn: t.Callable[[str], None]
) -> Objects:
    """Return OBS, which is asked with the keys that there are, or with temporary ones that a token is exchanged for."""
    clock = exchange.clock
    holder: KeyHolder
    if isinstance(credentials, (AccessKeys, TemporaryKeys)):
        holder = credentials
    else:
        holder = TemporaryKeys(clock, TokenKeySource(exchange, credentials, clock, options.iam_endpoint))
    own = Exchange(transport, clock, ObsCredentials(holder), warn, exchange.odd)
    return Objects(own, options.obs_endpoint, options.request_timeout)


def _scope(options: Options) -> dict[str, str]:
    """Return the project that a login is for; where it is told twice, the name's answer has to have the id."""
    if options.project_name:
        return {"name": options.project_name}
    return {"id": options.project_id} if options.project_id else {"name": options.region or ""}
