using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy check</c>: what the policy says of a destination; exits with 1 when it denies it.</summary>
internal sealed class PolicyCheckCommand : CliCommand
{
    private CommandArgument _words = null!;
    private ScopeOptions _scope = null!;
    private CommandOption _protocol = null!;
    private CommandOption _method = null!;
    private CommandOption _verbose = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Ask the policy whether a destination may be reached. Exits with 1 when it is denied.";
        _words = app.Word("[network] <target>", "Host (port 443), HOST:PORT, address or URL", many: true);
        _scope = new ScopeOptions(app, "As this sandbox (default: by the rules for all)");
        _protocol = app.Value("--protocol <PROTOCOL>", "tcp or udp (default: tcp)");
        _method = app.Value("--method <METHOD>", "Method of the request, with a URL as target");
        _verbose = app.Flag("-v|--verbose", "Also what decided, when it is allowed");
        _format = new FormatOptions(app);
        app.Examples(
            ("sbx policy check network api.github.com --sandbox shell-my-project", "a host, as a sandbox sees it"),
            ("sbx policy check network https://api.example.com/v1/users --method POST", "a request"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        var words = NetworkWords.WithoutKind(_words.Values);
        if (words.Count != 1)
            throw new SbxException(ErrorCode.Usage, words.Count == 0 ? "check what? Give a target" : "one target at a time", "for example: sbx policy check network example.com");
        var request = new PolicyCheckRequest { Target = words[0], Sandbox = _scope.Sandbox(), Protocol = _protocol.Value(), Method = _method.Value() };
        var result = await context.Client.Policy.CheckAsync(request, cancellationToken).ConfigureAwait(false);
        if (format == OutputFormat.Table)
            context.Write(CheckText.Of(result, _verbose.HasValue()));
        else
            JsonOutput.Write(context, CheckDocument.Of(result, request), DoorJson.Default.CheckDocument, format);
        return result.Allowed ? ExitCodes.Success : (int)ErrorCode.Failed;
    }
}
