using McMaster.Extensions.CommandLineUtils;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx login</c>: there is nothing to sign in to; scripts that call it go on.</summary>
internal sealed class LoginCommand : CliCommand
{
    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Succeeds: sbx needs no account.";
        app.Value("--username <NAME>", "Accepted and not used").ShowInHelpText = false;
        app.Flag("--password-stdin", "Accepted and not used").ShowInHelpText = false;
    }

    public override Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        context.WriteError("sbx needs no account: there is nothing to log in to.\n");
        return Task.FromResult(ExitCodes.Success);
    }
}

/// <summary><c>sbx logout</c>: the counterpart of <see cref="LoginCommand"/>.</summary>
internal sealed class LogoutCommand : CliCommand
{
    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Succeeds: sbx needs no account. Sandboxes go on.";
        app.Flag("--yes", "Accepted and not used").ShowInHelpText = false;
    }

    public override Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        context.WriteError("sbx needs no account: there is nothing to log out of.\n");
        return Task.FromResult(ExitCodes.Success);
    }
}
