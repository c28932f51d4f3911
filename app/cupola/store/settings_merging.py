"""Changes of settings that were made at the same time, by the window and by the engine: none is lost."""

from __future__ import annotations

from dataclasses import fields, replace

from cupola.store.settings import Settings


def merged(in_force: Settings, was: Settings, wanted: Settings) -> Settings:
    """What is in force now with what somebody changed who saw `was` and wants `wanted`.

    What he left as it was stays as it is in force; of the roots each one that came or went.
    """
    changed = {one.name for one in fields(Settings) if getattr(was, one.name) != getattr(wanted, one.name)}
    after = replace(in_force, **{name: getattr(wanted, name) for name in changed - {"roots"}})
    return replace(after, roots=_roots(in_force, was, wanted)) if "roots" in changed else after


def _roots(in_force: Settings, was: Settings, wanted: Settings) -> tuple[str, ...]:
    """Those that are wanted, in their order, without what went meanwhile, then what came meanwhile.

    None at all means the default one, which nothing that came meanwhile may replace.
    """
    if not wanted.roots:
        return ()
    went = set(was.roots).difference(in_force.roots)
    came = (path for path in in_force.roots if path not in was.roots)
    return tuple(dict.fromkeys((*(path for path in wanted.roots if path not in went), *came)))
