# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whether an object is in a bucket of OBS, and how large it is.

Source: querying object metadata (obs_04_0084), which has no body; the codes of errors (obs_04_0115).
"""

from __future__ import annotations

import dataclasses
import datetime
import email.utils
import re
import typing as t
import urllib.parse

from ..errors import ApiError, ImsError, NoAnswerError, OptionError, UnreadableAnswerError
from ..http.exchange import Exchange
from ..http.hosts import is_address
from ..http.request import Request
from ..masking import Texts
from ..schema.deviations import Deviation

API = "OBS HeadObject"
_BUCKET = re.compile(r"[a-z0-9](?:[a-z0-9.-]{1,61})[a-z0-9]", re.ASCII)
_MAX_KEY_BYTES = 1024
_MAX_SIZE_DIGITS = 18
_OWN_HEADERS = ("x-obs-request-id", "x-obs-id-2")
_REGION = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)


class Place(t.NamedTuple):
    """A bucket and the name of an object in it."""

    bucket: str
    object_key: str

    def __str__(self) -> str:
        return f"{self.bucket}:{self.object_key}"


@dataclasses.dataclass(frozen=True)
class StoredObject:
    """An object that is there. ``size`` is in bytes; what the answer did not say, or said oddly, is None."""

    size: int | None
    etag: str | None
    last_modified: datetime.datetime | None
    storage_class: str
    deviations: tuple[Deviation, ...] = ()


class NoBucketError(ImsError):
    """There is no such bucket."""


class Objects:
    """OBS in one region. Safe to use from several threads."""

    def __init__(self, exchange: Exchange, endpoint: str | None, timeout: float) -> None:
        self._exchange = exchange
        self._endpoint = endpoint
        self._timeout = timeout

    @property
    def texts(self) -> Texts:
        """Return what cleans texts of the secrets with which OBS is asked."""
        return self._exchange.texts

    def find(self, place: Place, timeout: float | None = None) -> StoredObject | None:
        """Return the object, or None where there is none of this name. ``timeout`` can only shorten request_timeout.

        Raises NoBucketError, ApiError, CredentialsRefusedError, NoAnswerError, UnreadableAnswerError, OptionError.
        """
        seconds = self._timeout if timeout is None else min(self._timeout, timeout)
        if seconds <= 0:
            raise NoAnswerError("the time was up before the request could be sent", was_sent=False)
        try:
            response = self._exchange.send_head(self._request(checked_place(place), seconds), API)
        except ApiError as exc:
            self._raise_unless_missing(exc, place)
            return None
        if not _is_of_obs(response.headers):
            raise UnreadableAnswerError(f"The answer is none of OBS: it has no x-obs-request-id ({API})")
        stored = stored_object(response.headers, self.texts)
        self._exchange.odd.note(stored.deviations)
        return stored

    def _request(self, place: Place, timeout: float) -> Request:
        if self._endpoint is None:
            raise OptionError(
                "obs_endpoint is missing: with an endpoint of your own, OBS needs its own as well. Give obs_endpoint"
                " (or HW_OBS_ENDPOINT)."
            )
        key = urllib.parse.quote(place.object_key, safe="/~")
        # A size is that of what is stored, not of what a proxy would send.
        headers = {"Accept-Encoding": "identity"}
        return Request("HEAD", _url(self._endpoint, place.bucket, key), headers, b"", timeout, f"/{place.bucket}/{key}")

    def _raise_unless_missing(self, error: ApiError, place: Place) -> None:
        if error.status < 500 and not _is_of_obs(error.headers):
            raise UnreadableAnswerError(f"The answer is none of OBS: {error}", **error.facts) from error
        if 300 <= error.status < 400:
            raise self._elsewhere(error, place) from error
        if error.status != 404:
            raise error
        if error.code == "NoSuchBucket":
            said = f"there is no bucket {place.bucket} ({API}, request {error.request_id})"
            raise NoBucketError(said, **error.facts) from error

    def _elsewhere(self, error: ApiError, place: Place) -> ImsError:
        region = self.texts.line(_region_of(error.headers) or "", 64)
        where = f"in another region, {region}" if region else "in another region, which the answer does not name"
        return ImsError(
            f"Bucket {place.bucket} is {where} ({error}). Set region or obs_endpoint to that of the bucket; images are"
            " exported to buckets of their own region only",
            **error.facts,
            bucket_region=region or None,
        )


def checked_place(place: Place) -> Place:
    """Return a bucket and an object that can be asked for; raise OptionError, which names the option."""
    bucket, key = place
    if not _BUCKET.fullmatch(bucket):
        raise OptionError(
            f'bucket: "{bucket[:80]}" is not the name of a bucket (3 to 63 lower-case letters, digits, - and dots).'
        )
    try:
        size = len(key.encode())
    except UnicodeEncodeError:
        size = 0
    if not 0 < size <= _MAX_KEY_BYTES or not key.isprintable():
        raise OptionError(f'object_key: "{key[:80]}" is not the name of an object (1 to 1024 bytes of UTF-8).')
    if key.startswith("/") or any(part in (".", "..") for part in key.split("/")):
        raise OptionError(f'object_key: "{key[:80]}" begins with / or has . or .. as a part, which no URL can say.')
    return place


def stored_object(headers: t.Mapping[str, str], texts: Texts) -> StoredObject:
    """Return what the headers of an answer tell. Their names are lower case."""
    odd = []

    def told(name: str, expected: str, value: t.Any) -> t.Any:
        if value is None:
            found = texts.line(headers[name], 60) if name in headers else None
            odd.append(Deviation(API, name, "" if found is None else expected, found))
        return value

    etag = headers.get("etag", "").strip().removeprefix("W/").strip('"')
    return StoredObject(
        told("content-length", "a number of bytes", _size(headers.get("content-length"))),
        told("etag", "a text", texts.line(etag, 128) or None),
        told("last-modified", "a date", _date(headers.get("last-modified"))),
        # Its absence means Standard.
        texts.line(headers.get("x-obs-storage-class") or "STANDARD", 32),
        tuple(odd),
    )


def _url(endpoint: str, bucket: str, key: str) -> str:
    """Return the URL with the bucket in the host's name, or in the path where a host's name cannot have it.

    That is so for addresses, for names of one label (both of laboratories), and for buckets with dots, because a
    certificate for ``*.obs...`` does not hold for them.
    """
    parts = urllib.parse.urlsplit(endpoint)
    host = parts.hostname or ""
    if is_address(host) or "." not in host or ("." in bucket and parts.scheme == "https"):
        return f"{endpoint}/{bucket}/{key}"
    return urllib.parse.urlunsplit((parts.scheme, f"{bucket}.{parts.netloc}", f"{parts.path}/{key}", "", ""))


def _is_of_obs(headers: t.Mapping[str, str]) -> bool:
    """Return whether OBS answered: nothing in a body could tell, for there is none."""
    return any(headers.get(name) for name in _OWN_HEADERS)


def _region_of(headers: t.Mapping[str, str]) -> str | None:
    """Return the bucket's region, where a redirection tells: by a header, or by the host that it points to."""
    told = headers.get("x-obs-bucket-location") or headers.get("x-obs-region") or ""
    if _REGION.fullmatch(told):
        return told
    try:
        host = urllib.parse.urlsplit(headers.get("location", "")).hostname or ""
    except ValueError:
        return None
    labels = host.split(".")
    after = [labels[place + 1] for place, label in enumerate(labels[:-1]) if label in ("obs", "oss")]
    return after[0] if after and _REGION.fullmatch(after[0]) else None


def _size(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MAX_SIZE_DIGITS else None


def _date(text: str | None) -> datetime.datetime | None:
    try:
        moment = email.utils.parsedate_to_datetime(text or "")
        return moment.replace(tzinfo=moment.tzinfo or datetime.timezone.utc).astimezone(datetime.timezone.utc)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
