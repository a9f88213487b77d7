# Completes ./dev of any Ogrom checkout in bash; in ~/.bashrc: eval "$(/path/to/ogrom/dev completion bash)"
_ogrom_dev() {
    local root=${1%/*} IFS=$'\n'
    root=${root/#\~/$HOME}
    [ -f "$root/tools/src/ogrom_tools/dev/completion.py" ] || return
    local python=$root/.venv/bin/python
    [ -x "$python" ] || python=python3
    # shellcheck disable=SC2207 # a line each, and none has a pattern in it
    COMPREPLY=($(PYTHONPATH=$root/tools/src "$python" -SP -m ogrom_tools.dev.completion \
        "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null | cut -f1))
}
complete -o default -o nosort -F _ogrom_dev dev 2>/dev/null || complete -o default -F _ogrom_dev dev
