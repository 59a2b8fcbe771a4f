"""From what a user names to a server that is ready: vendors, files, a project, settings, a cache.

Knows every part of a server; knows neither the command line nor a socket.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sandbooks.bases import DEFAULT_PROFILE, EMPTY_PROFILE
from sandbooks.chance import new_secret
from sandbooks.console import attach_console
from sandbooks.control import attach_control
from sandbooks.errors import StartupError
from sandbooks.mistaken import no_project, no_vendors, refuse_address, refuse_missing, refuse_twice
from sandbooks.progress import MEGABYTE, Progress, Tell, megabytes
from sandbooks.project import Project, bundled_project, id_from, is_file_name, load_file, overlays_for
from sandbooks.server import Server, Settings
from sandbooks.spec import Cache
from sandbooks.vendor import Vendor

LONG_READING = 2 * MEGABYTE
"""A description of so many bytes takes a moment to read."""


def start_server(
    sources: Sequence[str] = (),
    settings: Settings | None = None,
    *,
    names: Sequence[str] = (),
    folder: Path | None = None,
    overlays: Sequence[Path] = (),
    host: str = "127.0.0.1",
    admin_token: str = "",
    tell: Tell | None = None,
    cache: Cache | None = None,
    fresh: bool = False,
) -> tuple[Server, str]:
    """A server with its control API and pages, and the token that guards control: empty on a loopback host.

    Args:
        sources: as `load_vendors`, like `names`, `folder`, `overlays`, `cache` and `fresh`.
        host: where it is going to listen; off the loopback control wants a token, made up where none is given.
        tell: hears of seeding that takes long, line by line.

    Raises:
        StartupError: something in the files is wrong; under `settings.strict`, a description with errors too.
        Problem: a profile that no vendor has.
    """
    settings = settings or Settings()
    vendors = load_vendors(sources, names=names, folder=folder, overlays=overlays, cache=cache, fresh=fresh, tell=tell)
    project = find_project(folder)
    _check_profile(project, vendors, settings.profile)
    if settings.strict:
        from sandbooks.checking import refuse_unsound  # takes its time, and most servers do without

        for vendor in vendors:
            refuse_unsound(vendor.description)
    server = Server(vendors, project.fixture_file, settings, tell, cache)
    loopback = is_loopback(host)
    token = admin_token or ("" if loopback else new_secret())
    attach_control(server, admin_token=token or None, loopback=loopback, cache=cache)
    attach_console(server)
    return server, token


def load_vendors(
    sources: Sequence[str] = (),
    *,
    names: Sequence[str] = (),
    folder: Path | None = None,
    overlays: Sequence[Path] = (),
    cache: Cache | None = None,
    fresh: bool = False,
    tell: Tell | None = None,
) -> list[Vendor]:
    """The vendors of a project by name, and those of files; without `sources` all of the project.

    Args:
        names: ids for the files among `sources`, in their order; the rest are called by their stems.
        folder: of the project; None for the bundled one.
        fresh: packs can be let go again; as `Project.load_vendor`.
        tell: hears which description is being read that takes its time.

    Raises:
        StartupError: no such vendor, a file that cannot be read, more names than files.
    """
    offers = find_offers(sources, names=names, folder=folder, overlays=overlays)
    if not offers and not fresh:
        raise StartupError(no_vendors(find_project(folder).root))
    for offer in offers:
        refuse_missing(offer.file)
        for overlay in offer.overlays:
            refuse_missing(overlay)
    vendors = []
    for offer in offers:
        size = offer.file.stat().st_size
        if tell is not None and size >= LONG_READING:
            tell(Progress(str(offer.file), f"reading {megabytes(size)}"))
        vendors.append(offer.load(cache, fresh=fresh))
    return vendors


@dataclass(frozen=True, slots=True)
class Offer:
    """One vendor that is to be served: its id, and the files of its description. Without a project, a file alone."""

    id: str
    file: Path
    overlays: tuple[Path, ...]
    project: Project | None = None

    def load(self, cache: Cache | None = None, *, fresh: bool = False) -> Vendor:
        """
        Raises:
            StartupError: something in its files is wrong.
        """
        if self.project is None:
            return load_file(self.file, self.id, overlays=self.overlays, cache=cache)
        return self.project.load_vendor(self.id, overlays=self.overlays, cache=cache, fresh=fresh)


def find_offers(
    sources: Sequence[str] = (),
    *,
    names: Sequence[str] = (),
    folder: Path | None = None,
    overlays: Sequence[Path] = (),
) -> list[Offer]:
    """What `load_vendors` loads, not read yet.

    Raises:
        StartupError: no such vendor, more names than files, an overlay that may be meant for several.
    """
    project = find_project(folder)
    refuse_twice(sources)
    sources = sources or project.vendor_names()
    named = [source for source in sources if is_file_name(source)]
    for source in named:
        refuse_address(source)
    if len(names) > len(named):
        raise StartupError(
            f"--name {names[len(named)]} has no FILE to name; there are {len(named)} files and {len(names)} names"
        )
    given = iter(names)
    files = [Path(source) if is_file_name(source) else project.description_file(source) for source in sources]
    meant = overlays_for(files, overlays)
    return [
        Offer(next(given, "") or id_from(file.stem), file, tuple(meant[file]))
        if is_file_name(source)
        else Offer(source, file, tuple(meant[file]), project)
        for source, file in zip(sources, files, strict=True)
    ]


def find_project(folder: Path | None) -> Project:
    """The project in a folder, or the bundled one.

    Raises:
        StartupError: the folder is none.
    """
    if folder is None:
        return bundled_project()
    if not (folder / "specs").is_dir():
        raise StartupError(no_project(folder))
    return Project(folder)


def find_cache() -> Cache | None:
    """Where what was read is kept: `SANDBOOKS_CACHE`, else the user's cache folder; None where there is neither."""
    named = os.environ.get("SANDBOOKS_CACHE")
    if named is not None:
        return Cache(Path(named)) if named else None
    above = os.environ.get("XDG_CACHE_HOME", "")
    try:
        return Cache((Path(above) if Path(above).is_absolute() else Path.home() / ".cache") / "sandbooks")
    except RuntimeError:  # nobody's home
        return None


def seed_of(text: str) -> int | str:
    """A seed as it is written: a number where it is one, else the text itself."""
    return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text


def _check_profile(project: Project, vendors: Sequence[Vendor], profile: str) -> None:
    """
    Raises:
        StartupError: no vendor has a profile of that name.
    """
    own = {name for vendor in vendors for name in project.profiles(vendor.id)}
    known = sorted({DEFAULT_PROFILE, EMPTY_PROFILE, *own})
    if profile not in known:
        raise StartupError(
            f"There is no profile {profile!r}; there are {', '.join(known)}; "
            f"write one of your own as fixtures/<vendor>/{profile}.yaml"
        )


def is_loopback(host: str) -> bool:
    """Whether a server on this host is reached from this machine alone."""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
