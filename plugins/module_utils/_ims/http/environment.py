# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the environment says about the way to the cloud, read as :mod:`requests` reads it: proxies and trusted CAs.

The only file that imports it. Nothing here asks anybody, or shows more of a proxy than its host.
"""

from __future__ import annotations

import base64
import dataclasses
import os
import ssl
import stat
import typing as t
import urllib.parse

from ..errors import OptionError
from ..masking import NO_SECRETS
from .hosts import is_host, is_link_local, is_loopback

try:
    import requests.utils
except ImportError as exc:
    REQUESTS_IMPORT_ERROR: ImportError | None = exc
else:
    REQUESTS_IMPORT_ERROR = None

Environ = t.Mapping[str, str]

_PORTS = {"http": 80, "https": 443, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}


@dataclasses.dataclass(frozen=True)
class Proxy:
    """A proxy, with the variable that names it. ``url`` has no credentials in it."""

    variable: str
    url: str
    host: str
    username: str | None = None
    password: str | None = dataclasses.field(default=None, repr=False)

    def __str__(self) -> str:
        return f"the proxy {self.host} ({self.variable})"

    @property
    def is_socks(self) -> bool:
        return self.url.startswith("socks")

    @property
    def headers(self) -> dict[str, str]:
        """Return what the proxy wants to see of the credentials."""
        if self.username is None:
            return {}
        pair = f"{self.username}:{self.password or ''}".encode()
        return {"Proxy-Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def proxy_for(url: str, environ: Environ) -> Proxy | None:
    """Return the proxy through which a URL is asked, or None. Raises OptionError where it cannot be understood."""
    parts = urllib.parse.urlsplit(url)
    host = parts.hostname or ""
    if is_loopback(host) or is_link_local(host):
        # What is on this machine, and the metadata service, which answers for this machine alone: a proxy would see
        # tokens and keys.
        return None
    no_proxy = environ.get("no_proxy") or environ.get("NO_PROXY")
    if no_proxy and requests.utils.should_bypass_proxies(url, no_proxy=no_proxy):
        return None
    names = [name for small in (f"{parts.scheme}_proxy", "all_proxy") for name in (small, small.upper())]
    variable = next((name for name in names if environ.get(name)), None)
    return _proxy(variable, environ[variable]) if variable else None


def _proxy(variable: str, text: str) -> Proxy:
    try:
        parts = urllib.parse.urlsplit(text if "://" in text else f"http://{text}")
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise _not_understood(variable) from None
    # An @ behind the host: a character of the password that ends a host's name in a URL.
    if not is_host(host) or "@" in parts.path + parts.query + parts.fragment:
        raise _not_understood(variable)
    netloc = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    username, password = (
        urllib.parse.unquote(value) if value is not None else None for value in (parts.username, parts.password)
    )
    return Proxy(variable, f"{parts.scheme}://{netloc}", netloc, username, password)


def _not_understood(variable: str) -> OptionError:
    # The value is not shown: without knowing its parts, nobody knows which of them is the password.
    return OptionError(
        f"{variable} is not the URL of a proxy, such as http://proxy.example.com:3128. In its user name and password"
        " write other characters than letters and digits as percent and code: # is %23, @ is %40."
    )


def tls_options(*, verify: bool, ca_path: str | None, environ: Environ) -> dict[str, str]:
    """Return what urllib3 has to know about whom to trust. Raises OptionError for a CA file that cannot be used."""
    if not verify:
        return {"cert_reqs": "CERT_NONE"}
    named = (
        ("ca_path", ca_path),
        *((name, environ.get(name)) for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")),
    )
    for source, path in named:
        if path:
            return {"cert_reqs": "CERT_REQUIRED", _checked_ca(source, path): path}
    return {"cert_reqs": "CERT_REQUIRED", "ca_certs": requests.utils.DEFAULT_CA_BUNDLE_PATH}


def _checked_ca(source: str, path: str) -> str:
    """Return by which name urllib3 wants a file or a folder of CAs."""
    shown = f"{source}: {NO_SECRETS.line(path)}"
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        raise OptionError(f"{source}: there is no file or folder {NO_SECRETS.line(path)}.") from None
    if stat.S_ISDIR(mode):
        return "ca_cert_dir"
    if not stat.S_ISREG(mode):
        # A pipe would be read for ever.
        raise OptionError(f"{shown} is neither a file nor a folder.")
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=path)
    except ssl.SSLError:
        raise OptionError(f"{shown} is not a PEM file of certificates.") from None
    except OSError as exc:
        raise OptionError(f"{shown} cannot be read: {exc.strerror}.") from None
    return "ca_certs"
