# Completes ./dev of any Ogrom checkout in fish; in ~/.config/fish/config.fish: /path/to/ogrom/dev completion fish | source
function __ogrom_dev
    set -l words (commandline -opc) "$(commandline -ct)"
    set -l root (path dirname -- (string replace -r '^~' $HOME -- $words[1]))
    set -l python $root/.venv/bin/python
    test -x $python; or set python python3
    set -l found
    if test -f $root/tools/src/ogrom_tools/dev/completion.py
        set found (PYTHONPATH=$root/tools/src $python -SP -m ogrom_tools.dev.completion $words[2..] 2>/dev/null)
    end
    if set -q found[1]
        printf '%s\n' $found
    else
        __fish_complete_path $words[-1]
    end
end
complete -c dev -f -k -a '(__ogrom_dev)'
