using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Errors;
using Sbx.Tool.Completion;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx completion</c>: prints a shell's script.</summary>
internal sealed class CompletionCommand : CliCommand
{
    private CommandArgument _shell = null!;

    public override Candidates CandidatesAt(int position) => position == 0 ? Candidates.Shells : Candidates.None;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Print the script that completes verbs, options and names of sandboxes in a shell.";
        _shell = app.Word("bash|zsh|fish|powershell", "Shell");
        app.Examples(
            ("source <(sbx completion bash)", "in ~/.bashrc"),
            ("source <(sbx completion zsh)", "in ~/.zshrc, behind compinit"),
            ("sbx completion fish > ~/.config/fish/completions/sbx.fish", "once"));
    }

    public override Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (_shell.Value is not { } shell)
            throw new SbxException(ErrorCode.Usage, "completion for which shell?", "for example: sbx completion bash");
        context.Write(Scripts.For(shell));
        return Task.FromResult(ExitCodes.Success);
    }
}

/// <summary><c>sbx __complete -- words</c>, not in the help: what fits at the end of the words.</summary>
internal sealed class CompleteCommand : CliCommand
{
    private CommandLineApplication _app = null!;

    public override void Configure(CommandLineApplication app)
    {
        _app = app;
        app.Description = "Complete a command line.";
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var completer = new Completer(Verbs.All, (kind, stop) => DaemonNames.FindAsync(context, kind, stop));
        var completions = await completer.CompleteAsync([.. _app.RemainingArguments], cancellationToken).ConfigureAwait(false);
        foreach (var word in completions.Words)
            context.Write(word.Meaning.Length > 0 ? $"{word.Word}\t{word.Meaning.Split('\n')[0]}\n" : word.Word + "\n");
        if (completions.Paths is { } paths)
            context.Write($":{paths}\n");
        return ExitCodes.Success;
    }
}
