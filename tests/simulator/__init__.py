# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulation of Huawei Cloud IMS, IAM and the ECS metadata service over HTTP on the loopback interface."""

from __future__ import annotations

from .account import Account
from .clock import Clock, RealClock, SimulatedClock
from .faults import Fault
from .iam import signatures
from .iam.identity import TemporaryKeys, Token
from .ims.images import Image, Member
from .ims.jobs import Job
from .scripts import Failure, JobScript, Result, StatusAt, SubJob
from .settings import Settings
from .simulator import Simulator
from .wire import messages
from .wire.request_log import LoggedRequest

__all__ = [
    "Account",
    "Clock",
    "Failure",
    "Fault",
    "Image",
    "Job",
    "JobScript",
    "LoggedRequest",
    "Member",
    "RealClock",
    "Result",
    "Settings",
    "SimulatedClock",
    "Simulator",
    "StatusAt",
    "SubJob",
    "TemporaryKeys",
    "Token",
    "messages",
    "signatures",
]
