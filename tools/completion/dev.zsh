# Completes ./dev of any Ogrom checkout in zsh; in ~/.zshrc: eval "$(/path/to/ogrom/dev completion zsh)"
_ogrom_dev() {
    local root=${(Q)words[1]} python line
    local -a found
    root=${${root/#\~/$HOME}:h}
    [[ -f $root/tools/src/ogrom_tools/dev/completion.py ]] || { _files; return }
    python=$root/.venv/bin/python
    [[ -x $python ]] || python=python3
    for line in ${(f)"$(PYTHONPATH=$root/tools/src $python -SP -m ogrom_tools.dev.completion \
        "${(@Q)words[2,CURRENT]}" 2>/dev/null)"}; do
        found+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}")
    done
    if (( $#found )); then _describe -V 'dev' found; else _files; fi
}
(( $+functions[compdef] )) || { autoload -Uz compinit && compinit -i }
compdef _ogrom_dev dev
