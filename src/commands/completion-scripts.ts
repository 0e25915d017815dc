/** For each supported shell, the script that asks kubechains for the possible words at the cursor. */
export const completionScripts: ReadonlyMap<string, string> = new Map([
  [
    'bash',
    `# bash completion for kubechains: source this file, or put it into /etc/bash_completion.d
_kubechains() {
  local current='' typed word line directive='' words=() count=0
  # bash takes the = of --mode=ipvs for a word of its own
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD}"; do
    if [[ $current == --* && ( $word == '=' || $current == *= ) ]]; then current+=$word; words[count-1]=$current
    else current=$word; words[count]=$word; count=$((count + 1)); fi
  done
  typed=$current
  [[ $current == --*=* && \${COMP_WORDBREAKS-=} == *=* ]] && typed=\${current#*=}
  COMPREPLY=()
  while IFS= read -r line; do
    word=\${line%%$'\\t'*}
    case $line in
      :*) directive=$line ;;
      *) COMPREPLY+=("$typed\${word#"$current"}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" completion --candidates -- \${words[@]+"\${words[@]}"} 2>/dev/null)
  if [[ $directive == ':0' ]]; then
    compopt -o filenames 2>/dev/null
    while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "\${current#--*=}")
  fi
}
complete -F _kubechains kubechains kubectl-chains
`,
  ],
  [
    'zsh',
    `#compdef kubechains kubectl-chains
# zsh completion for kubechains: source this file after compinit, or put it as _kubechains into a folder of $fpath
_kubechains() {
  local -a lines candidates
  local directive
  lines=("\${(@f)$("\${words[1]}" completion --candidates -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  directive=\${lines[-1]}
  candidates=("\${(@)lines[1,-2]}")
  candidates=("\${(@)candidates//:/\\\\:}")
  candidates=("\${(@)candidates//$'\\t'/:}")
  if (( \${#candidates} )); then _describe kubechains candidates; fi
  if [[ $directive == ':0' ]]; then _files; fi
}
if [[ \${zsh_eval_context[-1]} == loadautofunc ]]; then _kubechains "$@"
else compdef _kubechains kubechains kubectl-chains
fi
`,
  ],
  [
    'fish',
    `# fish completion for kubechains: put it as kubechains.fish into ~/.config/fish/completions
function __kubechains_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l lines ($words[1] completion --candidates -- $words[2..-1] "$current" 2>/dev/null)
    test (count $lines) -gt 0; or return
    if test "$lines[-1]" = ':0'
        __fish_complete_path "$current"
    end
    set -e lines[-1]
    printf '%s\\n' $lines
end
complete -c kubechains -f -a '(__kubechains_complete)'
complete -c kubectl-chains -f -a '(__kubechains_complete)'
`,
  ],
]);
