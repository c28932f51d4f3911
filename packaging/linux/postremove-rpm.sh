#!/bin/sh
# After a removal (not an upgrade) nothing of the package is left; what a user switched on in a home is named, and left to that user.
set -e
if [ "$1" = 0 ]; then
    getent passwd | while IFS=: read -r name _ uid _ _ home _; do
        if [ "$uid" -ge 1000 ] || [ "$uid" -eq 0 ]; then
            entry="$home/.config/autostart/cupola.desktop"
            if [ -e "$entry" ]; then
                echo "cupola: $name had it start at login: $entry can be deleted"
            fi
        fi
    done
fi
exit 0
