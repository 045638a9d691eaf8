using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output.Door;

namespace Sbx.Tool.Commands.Policy;

/// <summary><c>sbx policy allow</c> and <c>sbx policy deny</c>: adds rules, in force at once.</summary>
/// <param name="decision">"allow" or "deny".</param>
internal sealed class PolicyAddCommand(string decision) : CliCommand
{
    private CommandArgument _words = null!;
    private ScopeOptions _scope = null!;
    private CommandOption _protocol = null!;
    private CommandOption _method = null!;
    private CommandOption _path = null!;
    private CommandOption _note = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        var allows = decision == "allow";
        app.Description = allows
            ? "Allow sandboxes to reach hosts. In force at once, on running sandboxes too."
            : "Deny hosts to sandboxes, whatever else allows them. In force at once, on open connections too.";
        _words = app.Word("[network] <resources...>", "Hosts, HOST:PORT, *.HOST (one label), **.HOST (any depth), addresses,\nblocks of addresses (CIDR); lists with commas", many: true);
        _scope = new ScopeOptions(app, "Only for this sandbox (default: for all)");
        _protocol = app.Value("--protocol <LIST>", $"tcp, udp or tcp,udp (default: {(allows ? "tcp" : "both")})");
        _method = app.Value("--method <LIST>", "Only requests with these methods, such as GET,HEAD; ANY for every one");
        _path = app.Value("--path <PATTERN>", "Only requests to this path, such as /v1/**; needs --method");
        _note = app.Value("--note <TEXT>", "A remark that is kept with the rule");
        _json = app.Flag("--json", "Print the new rules, or the failure, as JSON");
        if (allows)
            app.Examples(
                ("sbx policy allow network api.example.com", "one host, any port"),
                ("sbx policy allow network '**.example.com:443' --sandbox shell-my-project", "all hosts beneath it, in one sandbox"),
                ("sbx policy allow network api.example.com --method GET --path '/v1/**'", "only reading, only there"));
        else
            app.Examples(("sbx policy deny network '**.example.com'", "all hosts beneath it"), ("sbx policy deny network 203.0.113.0/24", "addresses, also those of allowed hosts"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var words = NetworkWords.Of(_words.Values);
        if (words.Resources.Count == 0)
            throw new SbxException(ErrorCode.Usage, $"{decision} what? Give hosts", $"for example: sbx policy {decision} network example.com");
        if (_path.HasValue() && !_method.HasValue())
            throw new SbxException(ErrorCode.Usage, "--path needs --method", $"for every method: --method ANY --path {_path.Value()}");
        var sandbox = _scope.Sandbox(words.Sandbox);
        if (words.Sandbox is not null)
            context.WriteError($"WARNING: a sandbox in front of the resources is an old spelling; write --sandbox {words.Sandbox}\n");
        if (_scope.Global)
            context.WriteError("WARNING: -g is an old spelling; without --sandbox a rule is for all sandboxes\n");
        var change = await context.Client.Policy.AddAsync(
            new PolicyAddRequest
            {
                Sandbox = sandbox,
                Decision = decision,
                Resources = words.Resources,
                Protocol = _protocol.Value(),
                Method = _method.Value(),
                Path = _path.Value(),
                Note = _note.Value(),
            },
            cancellationToken).ConfigureAwait(false);
        RuleText.Write(context, change, "added", WantsJson);
        return ExitCodes.Success;
    }
}
