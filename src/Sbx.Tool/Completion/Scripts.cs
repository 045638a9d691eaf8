using Sbx.Api.Errors;

namespace Sbx.Tool.Completion;

/// <summary>
/// Scripts that connect a shell's completion to <c>sbx __complete</c>. That prints a word, a tab and its meaning per line,
/// and <c>:files</c> or <c>:dirs</c> where paths fit too.
/// </summary>
internal static class Scripts
{
    /// <summary>The script of a shell.</summary>
    /// <exception cref="SbxException">No such shell.</exception>
    public static string For(string shell) => shell switch
    {
        "bash" => Bash,
        "zsh" => Zsh,
        "fish" => Fish,
        "powershell" or "pwsh" => PowerShell,
        _ => throw new SbxException(ErrorCode.Usage, $"there is no completion for '{shell}'", "shells: bash, zsh, fish, powershell"),
    };

    private const string Bash = """
        # bash completion of sbx. Load it with:  source <(sbx completion bash)
        _sbx() {
            local cur=${COMP_WORDS[COMP_CWORD]} line paths
            COMPREPLY=()
            while IFS= read -r line; do
                case $line in
                    :files) compopt -o filenames; mapfile -t paths < <(compgen -f -- "$cur"); COMPREPLY+=("${paths[@]}") ;;
                    :dirs) compopt -o filenames; mapfile -t paths < <(compgen -d -- "$cur"); COMPREPLY+=("${paths[@]}") ;;
                    *) COMPREPLY+=("${line%%$'\t'*}") ;;
                esac
            done < <("${COMP_WORDS[0]}" __complete -- "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
        }
        complete -F _sbx sbx

        """;

    private const string Zsh = """
        #compdef sbx
        # zsh completion of sbx. Load it with:  source <(sbx completion zsh)
        _sbx() {
            local line paths
            local -a found
            while IFS= read -r line; do
                case $line in
                    (:files) paths=files ;;
                    (:dirs) paths=dirs ;;
                    (*) line=${line//:/\\:}; found+=("${line/$'\t'/:}") ;;
                esac
            done < <("${words[1]}" __complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)
            (( ${#found} )) && _describe -V sbx found
            [[ $paths == files ]] && _files
            [[ $paths == dirs ]] && _files -/
            return 0
        }
        (( $+functions[compdef] )) && compdef _sbx sbx

        """;

    private const string Fish = """
        # fish completion of sbx. Load it with:  sbx completion fish | source
        function __sbx_complete
            set -l words (commandline -opc)
            set -l current (commandline -ct)
            for line in ($words[1] __complete -- $words[2..-1] "$current" 2>/dev/null)
                switch $line
                    case ':files'
                        __fish_complete_path "$current"
                    case ':dirs'
                        __fish_complete_directories "$current"
                    case '*'
                        printf '%s\n' $line
                end
            end
        end
        complete -c sbx -f -a '(__sbx_complete)'

        """;

    private const string PowerShell = """
        # PowerShell completion of sbx. Load it with:  sbx completion powershell | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName sbx -ScriptBlock {
            param($wordToComplete, $commandAst, $cursorPosition)
            $words = @($commandAst.CommandElements | Select-Object -Skip 1 | Where-Object { $_.Extent.EndOffset -lt $cursorPosition -or "$_" -ne $wordToComplete } | ForEach-Object { "$_" })
            & $commandAst.CommandElements[0].Value __complete '--' @words "$wordToComplete" 2>$null | ForEach-Object {
                if ($_ -in ':files', ':dirs') {
                    [System.Management.Automation.CompletionCompleters]::CompleteFilename($wordToComplete)
                } else {
                    $word, $meaning = $_ -split "`t", 2
                    if (-not $meaning) { $meaning = $word }
                    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $meaning)
                }
            }
        }

        """;
}
