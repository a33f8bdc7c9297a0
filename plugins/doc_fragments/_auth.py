# Copyright (c) the huaweicloud.ims contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documentation shared by every module and by the action plugins: who asks, and which cloud is asked."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  access_key:
    description:
      - Access key (AK). Requests are signed with it, anew for every attempt.
      - If not set, the first of the environment variables E(HW_ACCESS_KEY), E(HUAWEICLOUD_SDK_AK) and E(OS_ACCESS_KEY)
        that is not empty counts. In all options here an environment variable that is set but empty counts as unset.
    type: str
  secret_key:
    description:
      - Secret key (SK) that belongs to O(access_key).
      - If not set, the first of E(HW_SECRET_KEY), E(HUAWEICLOUD_SDK_SK) and E(OS_SECRET_KEY) counts.
    type: str
  security_token:
    description:
      - Security token of temporary access keys. Such keys live from 15 minutes to 24 hours; a wait that outlives them
        fails.
      - If neither this nor O(access_key) is set, the first of E(HW_SECURITY_TOKEN), E(HUAWEICLOUD_SDK_SECURITY_TOKEN)
        and E(OS_SECURITY_TOKEN) counts.
    type: str
  auth_token:
    description:
      - IAM token, scoped to the project, sent as C(X-Auth-Token). It lives for 24 hours and cannot be renewed.
      - If not set, the first of E(HW_AUTH_TOKEN) and E(OS_AUTH_TOKEN) counts.
    type: str
  username:
    description:
      - Name of an IAM user. A token is got with it, and renewed before it expires.
      - If not set, the first of E(HW_USER_NAME) and E(OS_USERNAME) counts.
    type: str
  password:
    description:
      - Password of O(username).
      - If not set, the first of E(HW_USER_PASSWORD) and E(OS_PASSWORD) counts.
    type: str
  domain_name:
    description:
      - Name of the account (domain) that O(username) belongs to.
      - If not set, the first of E(HW_DOMAIN_NAME), E(OS_USER_DOMAIN_NAME) and E(OS_DOMAIN_NAME) counts.
    type: str
  idp_id:
    description:
      - Name of an identity provider of OpenID Connect that the account trusts. With O(id_token_file) no key is stored
        at all. A token is got for the id token, and temporary keys for that; they are renewed while a task waits.
      - If not set, the first of E(HUAWEICLOUD_SDK_IDP_ID) and E(HW_ASSUME_ROLE_IDP_ID) counts.
    type: str
    version_added: 2.0.0
  id_token_file:
    description:
      - File with the id token of O(idp_id), which somebody else keeps fresh. It is read again at each renewal.
      - If not set, the first of E(HUAWEICLOUD_SDK_ID_TOKEN_FILE) and E(HW_ASSUME_ROLE_ID_TOKEN_FILE) counts.
    type: path
    version_added: 2.0.0
  credentials_file:
    description:
      - The official SDK's file, of which the section C(basic) is read. It counts where neither the task nor the
        environment has any credentials. Without a path it is C(~/.huaweicloud/credentials), if that is there.
      - If not set, E(HUAWEICLOUD_SDK_CREDENTIALS_FILE) counts.
    type: path
    version_added: 2.0.0
  shared_config_file:
    description:
      - The configuration of the official command line tool, not encrypted. It counts as O(credentials_file) does, and
        after it. Without a path it is C(~/.hcloud/config.json), if that is there.
      - If not set, E(HW_SHARED_CONFIG_FILE) counts.
    type: path
    version_added: 2.0.0
  profile:
    description:
      - The profile in O(shared_config_file), its current one unless given.
      - If not set, E(HW_PROFILE) counts.
    type: str
    version_added: 2.0.0
  assume_role_agency_name:
    description:
      - Name of an agency, of another account too, that is assumed with the other credentials. What the task does is
        done with its temporary keys, which are renewed while it waits.
      - If not set, E(HW_ASSUME_ROLE_AGENCY_NAME) counts.
    type: str
    version_added: 2.0.0
  assume_role_domain_name:
    description:
      - Name of the account (domain) that the agency is of.
      - If not set, E(HW_ASSUME_ROLE_DOMAIN_NAME) counts.
    type: str
    version_added: 2.0.0
  assume_role_domain_id:
    description:
      - Id of the account that the agency is of, in place of its name.
      - If not set, E(HW_ASSUME_ROLE_DOMAIN_ID) counts.
    type: str
    version_added: 2.0.0
  assume_role_duration:
    description:
      - How long the agency's keys live, from V(15m), the default, to V(24h).
      - If not set, E(HW_ASSUME_ROLE_DURATION) counts.
    type: str
    version_added: 2.0.0
  auth_type:
    description:
      - Which credentials to use.
      - V(auto) takes what is given, a token before access keys before a password before OpenID Connect (V(oidc)).
        Credentials that the task or C(module_defaults) give keep those of other kinds in the environment out.
      - V(metadata) gets temporary keys from the metadata service of the ECS where the task runs, by the agency of that
        server. It is asked only when chosen.
    type: str
    choices: [auto, aksk, token, password, metadata, oidc]
    default: auto
  cloud:
    description:
      - The domain that endpoints are made of, C(https://ims.<region>.<cloud>) and C(https://iam.<region>.<cloud>). It
        is C(myhuaweicloud.com), and C(myhuaweicloud.eu) for regions such as V(eu-west-101), unless given.
      - If not set, E(HW_CLOUD) counts.
    type: str
    version_added: 2.0.0
  region:
    description:
      - Region id, for example V(cn-north-4). The endpoints follow from it.
      - If not set, the first of E(HW_REGION_NAME) and E(OS_REGION_NAME) counts.
    type: str
  project_id:
    description:
      - Project id. When it is absent and needed, IAM is asked for the project O(project_name), or for the one that has
        the name of O(region).
      - If not set, the first of E(HW_PROJECT_ID), E(HUAWEICLOUD_SDK_PROJECT_ID) and E(OS_PROJECT_ID) counts.
    type: str
  project_name:
    description:
      - Name of a project of the region other than its main one, for example V(cn-north-4_dev). Never silently the main
        one. Given together with O(project_id) by the same source, both have to mean the same project; else the nearer
        source counts.
      - If not set, the first of E(HW_PROJECT_NAME), E(OS_PROJECT_NAME) and E(OS_TENANT_NAME) counts.
    type: str
    version_added: 2.0.0
  endpoint:
    description:
      - URL of IMS where it does not follow from O(region) and O(cloud), for example behind a VPC endpoint, and for the
        simulator.
      - Where IAM's URL is one of a known form and nothing else says which cloud it is, IMS is that of the same cloud.
      - Plain C(http) is refused unless the host is this machine, or O(validate_certs=false).
      - If not set, E(HW_IMS_ENDPOINT) counts.
    type: str
  obs_endpoint:
    description:
      - URL of OBS where it does not follow from O(region) and O(cloud), or from O(endpoint). It is asked by
        M(huaweicloud.ims.obs_object_info), and for O(huaweicloud.ims.ims_image_export#module:verify) of an export.
      - With an O(endpoint) that names no known cloud there is no default. One in the environment that is of another
        cloud than IMS is refused.
      - The bucket becomes the first label of the host's name. It is put into the path where the host is an address or
        a name of one label, and where the bucket's name has a dot, for which no certificate holds.
      - If not set, E(HW_OBS_ENDPOINT) counts.
    type: str
    version_added: 2.0.0
  iam_endpoint:
    description:
      - URL of IAM where it does not follow from O(region) and O(cloud). A C(/v3) at its end is ignored.
      - With an O(endpoint) that names no known cloud there is no default. IAM of one cloud and IMS of another are
        refused unless the task says both, so that credentials are never sent to another operator.
      - If not set, the first of E(HW_AUTH_URL), E(HUAWEICLOUD_SDK_IAM_ENDPOINT) and E(OS_AUTH_URL) counts.
    type: str
  ecs_endpoint:
    description:
      - URL of the Elastic Cloud Server service (ECS), which M(huaweicloud.ims.ecs_server_power) asks, where it does not
        follow from O(region), O(cloud) or O(endpoint). The other modules do not use it.
      - If not set, E(HW_ECS_ENDPOINT) counts.
    type: str
    version_added: 2.0.0
  validate_certs:
    description:
      - Whether to check the server's TLS certificate.
      - If not set, and the first of E(HW_INSECURE) and E(OS_INSECURE) that is not empty says so (V(true), V(1),
        V(yes)), it is not checked.
    type: bool
    default: true
  ca_path:
    description:
      - File (PEM) or folder with the CA certificates to trust instead of the ones that come with Python's requests.
      - If not set, the first of E(OS_CACERT), E(REQUESTS_CA_BUNDLE) and E(CURL_CA_BUNDLE) counts.
    type: path
  request_timeout:
    description:
      - How long one request to the cloud may take in all, from V(0.001) seconds to a day, from the look-up of the
        host's name to the last byte of the answer. A login or a repetition that it needs is part of it.
      - It is a number of seconds, or a span such as V(90s) or V(2m).
    type: str
    default: 30s
  journal:
    description:
      - A folder on the machine where the task's work is done, in which every start of a job is written down before it
        is sent, so that a play that was killed can be run again and starts nothing twice. It is made where it is
        missing.
      - Without it no journal is kept. Tasks that start nothing leave it aside, but for
        M(huaweicloud.ims.wait_for_ims_job), which notes how jobs ended, M(huaweicloud.ims.ims_job_info), which lists
        the journal, and M(huaweicloud.ims.ims_image), which deletes no image that a job in the journal needs.
      - It relies on locks of a local disk, which a network file system does not promise. In a container the folder has
        to be a mount; a task warns where it is none.
      - If not set, E(HUAWEICLOUD_IMS_JOURNAL) counts.
    type: path
    version_added: 2.0.0
  journal_run:
    description:
      - A text that all runs have in common which are to do the same work once, such as a date. What has ended well
        under it is not started again under it.
      - Without it only what has not ended is taken over.
      - If not set, E(HUAWEICLOUD_IMS_JOURNAL_RUN) counts.
    type: str
    version_added: 2.0.0
  on_schema_violation:
    description:
      - What to do where an answer of the cloud is odd in a value that decides nothing. V(warn) leaves the value out,
        reports it once, and goes on. V(fail) ends the task, before anything is changed where that is possible. What was
        started or changed stands in the result.
      - What decides, such as the status of a job, is never guessed, whatever is set here.
    type: str
    choices: [warn, fail]
    default: warn
    version_added: 2.0.0
requirements:
  - requests >= 2.25.1, with urllib3 >= 1.26.5
  - jsonschema >= 3.2
notes:
  - Proxies are taken from the environment (E(HTTPS_PROXY), E(NO_PROXY)), and never asked for this machine. Redirects
    are never followed.
  - A module reads the environment of the host that it runs on. Environment variables of the controller, and so those of
    an AWX credential, reach it with C(connection=local) or C(delegate_to=localhost) only.
"""
