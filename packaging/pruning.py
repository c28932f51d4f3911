"""What of PyInstaller's find goes into the bundle. Every cut is proven by the bundle's self-test."""

from __future__ import annotations

import re
from typing import Final

EXCLUDED: Final = (
    "tkinter", "lib2to3", "test", "curses", "xmlrpc", "distutils", "setuptools", "_pydecimal", "pip",
    "hatchling", "ssl", "_ssl", "_hashlib", "PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtSql",
    "PySide6.QtTest", "PySide6.QtDesigner", "PySide6.QtUiTools", "PySide6.QtOpenGL",
    "PySide6.QtOpenGLWidgets", "PySide6.QtPrintSupport", "PySide6.QtXml", "PySide6.QtConcurrent",
)  # fmt: skip
"""Modules that nothing of Cupola imports, and that something else would draw in."""

UNWANTED_HOOKS: Final = ("pyi_rth_pyside6",)
"""Loads QtCore at each start, the terminal's as well, and leaves QT_PLUGIN_PATH to every program that is
started; the wheel finds its plugins without."""

_PLUGINS: Final = re.compile(
    r"plugins/("
    r"platforms/(lib)?q(xcb|wayland|offscreen|windows|cocoa)"
    r"|imageformats/(lib)?q(svg|ico|jpeg|gif)"
    r"|iconengines|xcbglintegrations|platforminputcontexts|styles"
    r"|platformthemes/libqxdg|wayland-shell-integration/libxdg"
    r"|wayland-decoration-client|wayland-graphics-integration-client/libqt-plugin-wayland-egl)"
)
_UNUSED: Final = re.compile(r"Qt6(EglFs|EglFS|Pdf|VirtualKeyboard|Quick|Qml)|libcrypto|libssl")
_HOST: Final = re.compile(
    r"^lib(gtk-3|gdk-3|gdk_pixbuf|atk|atspi|cairo|pango|epoxy|harfbuzz|pixman|thai|datrie|graphite2|fribidi"
    r"|Xcomposite|Xdamage|Xinerama|Xrandr|Xcursor|Xi\.|mount|selinux|blkid|gio|gmodule|freetype|png16|jpeg|systemd"
    r"|gcrypt|gpg|lz4|cap\.|krb5|gssapi|k5crypto|com_err|keyutils|wayland|drm|gbm|EGL|GL|gobject|fontconfig|expat"
    r"|glib-2|gthread|dbus-1|pcre|bsd|md\.|stdc\+\+|gcc_s|X11|Xau|Xdmcp|Xext|Xrender|Xfixes)"
)
"""Libraries of the desktop: on those that Qt needs the package depends, only a GTK theme needs the others."""


def wanted(place: str) -> bool:
    """Whether a file of the find goes into the bundle, by its place in it."""
    place = place.replace("\\", "/")
    if "/plugins/" in place:
        return _PLUGINS.search(place) is not None
    if "/translations/" in place or "/qml/" in place:
        return False
    if _UNUSED.search(place):
        return False
    return "/" in place or _HOST.match(place) is None
