# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Error codes of starts: exporting, creating and importing.

The meanings are those of the IMS error codes (ims_03_0908), in other words.
"""

from __future__ import annotations

# By topic and code: what the code means, and what a user can do.
TOPICS: dict[str, dict[str, tuple[str, str]]] = {
    "Exporting": {
        "IMG.0058": ("The bucket is in another region.", "Use a bucket in the region of the image."),
        "IMG.0068": ("The bucket's name is empty.", "Give the bucket's name: bucket_url is bucket:object."),
        "IMG.0069": (
            "The bucket cannot be accessed.",
            "Check that the bucket exists in the image's region (obs_object_info tells) and that the user may write to"
            " it.",
        ),
        "IMG.0070": (
            "The target file exists already.",
            "Choose another object name, delete the object, or set existing_object: keep on the export.",
        ),
        "IMG.0071": (
            "This image cannot be exported.",
            "Look at the image with ims_image_info: only private ones can be exported, and no full-ECS or ISO images.",
        ),
        "IMG.0072": ("The file format is not supported.", "Choose another file_format."),
        "IMG.0073": ("The name of the file is empty.", "Give object_key, or bucket_url as bucket:object."),
        "IMG.0074": ("The name of the file is too long.", "Choose a shorter object name."),
        "IMG.0075": (
            "The name of the file has characters that are not allowed.",
            "Choose an object name of letters, digits, - _ and dots.",
        ),
        "IMG.0077": (
            "A public image was to be exported.",
            "A public image cannot be exported: make a private one of it first.",
        ),
        "IMG.0078": (
            "The image is based on one of the Marketplace.",
            "Such an image cannot be exported; nothing on this side changes that.",
        ),
        "IMG.0079": (
            "The image was made of a server whose image is charged for.",
            "Such an image cannot be exported; nothing on this side changes that.",
        ),
        "IMG.0080": (
            "The image was made of a backup.",
            "Make a system disk image of the server instead, and export that.",
        ),
        "IMG.0081": (
            "The image was neither uploaded nor made of a file, as this export needs it.",
            "Ask the cloud's support, with the request id, whether this region can export the image.",
        ),
        "IMG.0109": ("The bucket's name is not valid.", "Check the bucket's name: bucket_url is bucket:object."),
        "IMG.0128": (
            "A full-ECS image was to be exported.",
            "A full-ECS image cannot be exported: make a system disk image of the server instead.",
        ),
        "IMG.0148": (
            "The image is being exported.",
            "The image is being exported already: wait for that job with wait_for_ims_job.",
        ),
        "IMG.0160": (
            "The image is larger than 128 GB, too large to be converted.",
            "Export an image above 128 GB with quick_export: true.",
        ),
        "IMG.0175": ("The path or the name of the file has blanks in it.", "Choose an object name without blanks."),
    },
    "Creating from a server, a volume or a backup": {
        "IMG.0005": (
            "There is no such server.",
            "Check instance_id, and that the server is in this region and project (project_id).",
        ),
        "IMG.0006": (
            "The system disk of the server cannot be used.",
            "Look at the server's system disk in the console; it has to be in use and without errors.",
        ),
        "IMG.0008": ("The server is not stopped.", "Stop the server first: ecs_server_power with state: stopped."),
        "IMG.0010": (
            "The server has tasks that are still running.",
            "Start the job again when those tasks have ended.",
        ),
        "IMG.0020": (
            "There is no such backup.",
            "Check backup_id, and that the backup is in this region and project (project_id).",
        ),
        "IMG.0029": (
            "The backup has been used for an image already.",
            "Use the image that was made of the backup, or make a new backup.",
        ),
        "IMG.0032": ("The backup is not available.", "Start the job again when the backup is available."),
        "IMG.0110": ("The system disk is busy.", "Start the job again when nothing else works on the server's disk."),
        "IMG.0111": (
            "The system disk is too large.",
            "The cloud makes no image of so large a disk; a smaller one is needed.",
        ),
        "IMG.0119": ("The server has no system disk.", "Check instance_id."),
        "IMG.0120": (
            "The id of a data disk cannot be used.",
            "Check the volume ids in data_images, and that the volumes are in this region and project (project_id).",
        ),
        "IMG.0126": (
            "The server's state does not allow a full-ECS image.",
            "Look at the server's state in the console, and start the job again when nothing works on it.",
        ),
        "IMG.0132": ("The backup's state does not allow it.", "Start the job again when the backup is complete."),
        "IMG.0136": ("The server is being backed up.", "Start the job again when the backup is complete."),
        "IMG.0139": (
            "Other disks of the server are busy.",
            "Start the job again when nothing else works on the server's disks.",
        ),
        "IMG.0182": ("The vault is full.", "Make room in the vault, or have it enlarged."),
        "IMG.0183": ("The server belongs to a vault already.", "Give the id of that vault in vault_id."),
        "IMG.0184": ("There is no such vault.", "Give the id of a vault in vault_id."),
        "IMG.0185": ("The vault has as many servers as it may have.", "Give another vault in vault_id."),
        "IMG.0188": (
            "The vault is not available.",
            "Look at the vault in the console, and start the job again when it is available.",
        ),
        "IMG.0198": (
            "The backup's id and its type do not go together.",
            "Set whole_image_type to CBR for a backup of CBR, to CSBS for one of CSBS.",
        ),
    },
    "Creating from a file, importing and registering": {
        "IMG.0055": ("The size of the memory or of the disk is not valid.", "Check min_disk, min_ram and max_ram."),
        "IMG.0056": ("The type of the operating system is not valid.", "Check os_type."),
        "IMG.0057": (
            "The file is missing, is empty, or has a wrong format.",
            "Check that image_url names an object that exists, as bucket:object (obs_object_info tells), and the format"
            " of its content.",
        ),
        "IMG.0059": (
            "The file is larger than 128 GB.",
            "Import it with ims_image_import, which takes zvhd2, or raw with its bitmap file.",
        ),
        "IMG.0121": (
            "The object was not found.",
            "Check image_url: it is bucket:object, in the image's region. obs_object_info looks for it.",
        ),
        "IMG.0123": ("The same file is named twice.", "Give each file once in image_url and data_images."),
        "IMG.0141": ("The firmware type is not valid.", "Set hw_firmware_type to bios or uefi."),
        "IMG.0158": (
            "The file cannot be imported quickly.",
            "Import zvhd2, or raw with its bitmap file; ims_image_create takes files of other formats.",
        ),
        "IMG.0159": (
            "The version of the operating system is missing.",
            "Give os_version: ims_os_version_info lists what it can be.",
        ),
        "IMG.0166": (
            "An ISO image needs the version of its operating system.",
            "Give os_version: ims_os_version_info lists what it can be.",
        ),
        "IMG.0194": ("One import has too many images.", "Give fewer data_images."),
        "IMG.0212": ("The architecture is not valid.", "Set architecture to x86 or arm."),
    },
}
