#!/bin/sh
# @TITLE@ @VERSION@ for one user: sh FILE [--install | --remove | --extract DIR]. The archive stands behind the script.
set -eu

file=$0
data=${XDG_DATA_HOME:-"$HOME/.local/share"}
home=$data/@NAME@-app
bin=$HOME/.local/bin
list=$home/.installed

extract() {
    tail -n +@LINES@ -- "$file" | tar -xJf - -C "$1"
}

remove_links() {
    if [ -f "$list" ]; then
        while IFS= read -r path; do rm -f -- "$path"; done <"$list"
    fi
}

install() {
    mkdir -p "$data" "$bin"
    fresh=$(mktemp -d "$data/@NAME@-app.XXXXXX")
    trap 'rm -rf -- "$fresh"' EXIT
    extract "$fresh"
    remove_links
    : >"$fresh/.installed"
    (cd "$fresh/share" && find applications icons metainfo man bash-completion fish zsh -type f) | while IFS= read -r path; do
        mkdir -p "$data/$(dirname "$path")"
        cp -- "$fresh/share/$path" "$data/$path"
        printf '%s\n' "$data/$path" >>"$fresh/.installed"
    done
    # Menus find it although ~/.local/bin may not be on their path.
    entry=$(printf '%s' "$bin/@NAME@-gui" | sed 's/[\\&|]/\\&/g')
    for file in "$data"/applications/*.@TITLE@.desktop; do
        sed -i "s|^TryExec=.*|TryExec=$entry|; s|^Exec=@NAME@-gui|Exec=\"$entry\"|" "$file"
    done
    for name in @NAME@ @NAME@-gui; do
        ln -sf -- "$home/@NAME@/@NAME@" "$bin/$name"
        printf '%s\n' "$bin/$name" >>"$fresh/.installed"
    done
    rm -rf -- "$home"
    mv -- "$fresh" "$home"
    chmod 755 "$home"
    trap - EXIT
    echo "@TITLE@ @VERSION@ is in $home, and $bin has @NAME@ and @NAME@-gui."
    case ":$PATH:" in *":$bin:"*) ;; *) echo "$bin is not on your PATH." ;; esac
}

remove() {
    remove_links
    rm -rf -- "$home"
    echo "@TITLE@ is removed. Settings and what it knows stay in ~/.config/@NAME@ and ~/.local/state/@NAME@."
    entry=${XDG_CONFIG_HOME:-"$HOME/.config"}/autostart/@NAME@.desktop
    if [ -e "$entry" ]; then echo "It was to start at login: $entry can be deleted."; fi
}

case ${1:---install} in
--install) install ;;
--remove) remove ;;
--extract) mkdir -p "${2:?a folder}" && extract "$2" ;;
*) echo "usage: sh $file [--install | --remove | --extract DIR]" >&2; exit 2 ;;
esac
exit 0
