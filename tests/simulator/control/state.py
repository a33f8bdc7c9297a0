# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The control interface to what the cloud has: images, objects, backups and servers."""

from __future__ import annotations

import dataclasses
import typing as t

from ..ecs.servers import Server
from ..ims.exports import object_of
from ..ims.images import Image
from ..values import changed, from_json, to_json
from ..wire.messages import Response, as_json
from ..wire.routes import Answer, Call
from .bodies import body_of

if t.TYPE_CHECKING:
    from ..simulator import Simulator

_NEW_OBJECT = frozenset({"name", "size", "etag", "storage_class"})


class State:
    """See it, and change it without the calls of the services."""

    def __init__(self, simulator: Simulator) -> None:
        self._cloud = simulator.cloud

    def routes(self) -> tuple[tuple[str, str, Answer], ...]:
        """What answers each request."""
        return (
            ("GET", "images", self._list_images),
            ("POST", "images", self._add_image),
            ("PATCH", "images/{image_id}", self._change_image),
            ("DELETE", "images/{image_id}", self._remove_image),
            ("GET", "backups", self._list_backups),
            ("GET", "objects", self._list_objects),
            ("POST", "objects", self._add_object),
            ("DELETE", "objects", self._clear_objects),
            ("GET", "servers", self._list_servers),
            ("POST", "servers", self._add_server),
            ("PATCH", "servers/{server_id}", self._change_server),
        )

    def _list_images(self, call: Call) -> Response:
        return as_json(200, {"images": [to_json(image) for image in self._cloud.images.values()]})

    def _add_image(self, call: Call) -> Response:
        return as_json(201, to_json(self._cloud.add_image(from_json(Image, body_of(call)))))

    def _change_image(self, call: Call) -> Response:
        image = self._cloud.images[call.places["image_id"]]
        return as_json(200, to_json(self._cloud.add_image(changed(image, body_of(call)))))

    def _remove_image(self, call: Call) -> Response:
        del self._cloud.images[call.places["image_id"]]
        return as_json(200, {})

    def _list_backups(self, call: Call) -> Response:
        self._cloud.settle()
        return as_json(200, {"backups": self._cloud.backups})

    def _list_objects(self, call: Call) -> Response:
        self._cloud.settle()
        return as_json(200, {"objects": self._cloud.objects})

    def _add_object(self, call: Call) -> Response:
        facts = dict(body_of(call, _NEW_OBJECT))
        name = facts.pop("name", None)
        if not isinstance(name, str):
            raise ValueError("name must be bucket:file.")
        self._cloud.objects[name] = object_of(name, self._cloud.clock.now(), **facts)
        return as_json(201, {"name": name})

    def _clear_objects(self, call: Call) -> Response:
        self._cloud.objects.clear()
        return as_json(200, {})

    def _list_servers(self, call: Call) -> Response:
        self._cloud.settle()
        return as_json(200, {"servers": [to_json(server) for server in self._cloud.servers.values()]})

    def _add_server(self, call: Call) -> Response:
        server = from_json(Server, {"name": "server", **body_of(call)})
        self._cloud.servers[server.server_id] = server
        return as_json(201, dataclasses.asdict(server))

    def _change_server(self, call: Call) -> Response:
        server_id = call.places["server_id"]
        self._cloud.servers[server_id] = changed(self._cloud.servers[server_id], body_of(call))
        return as_json(200, to_json(self._cloud.servers[server_id]))
