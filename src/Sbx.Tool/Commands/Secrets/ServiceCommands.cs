using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Commands.Policy;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;
using Sbx.Tool.Output.Door;
using Sbx.Tool.Terminal;

namespace Sbx.Tool.Commands.Secrets;

/// <summary><c>sbx secret service add</c>: a service of the user's own.</summary>
internal sealed class ServiceAddCommand : CliCommand
{
    private CommandArgument _name = null!;
    private CommandOption _host = null!;
    private CommandOption _header = null!;
    private CommandOption _prefix = null!;
    private CommandOption _basic = null!;
    private CommandOption _env = null!;
    private CommandOption _path = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Add or replace a service of your own: to which hosts its credential goes, and in which header.";
        _name = app.Word("<name>", "Name, lower case");
        _host = app.Values("--host <HOST>", "Host the credential goes to, * and ** as in rules; several times or a list");
        _header = app.Value("--header <NAME>", "Header that carries it (default: Authorization)");
        _prefix = app.Value("--prefix <TEXT>", "Text before it (default: 'Bearer ' in Authorization, none elsewhere)");
        _basic = app.Value("--basic-user <USER>", "Send it as the password of this user (Basic)");
        _env = app.Value("--env <VAR>", "Variable it has on this machine and, as a placeholder, in sandboxes");
        _path = app.Value("--path <PATH>", "Only for requests beneath this path, such as /v1/");
        _json = app.Flag("--json", "Print the service, or the failure, as JSON");
        app.Examples(
            ("sbx secret service add example --host api.example.com --env EXAMPLE_API_KEY", "Authorization: Bearer ..."),
            ("sbx secret service add feed --host nuget.example.com --basic-user ci --env FEED_TOKEN", "Basic, as feeds want it"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (_name.Value is not { } name)
            throw new SbxException(ErrorCode.Usage, "add which service? Give a name", "for example: sbx secret service add example --host api.example.com");
        var hosts = NetworkWords.Split(_host.Values);
        if (hosts.Count == 0)
            throw new SbxException(ErrorCode.Usage, $"to which hosts does the credential of {name} go? Give --host", "for example: --host api.example.com");
        if (_prefix.HasValue() && _basic.HasValue())
            throw new SbxException(ErrorCode.Usage, "--prefix and --basic-user contradict each other", "Basic has a prefix of its own");
        var service = await context.Client.Secrets.SaveServiceAsync(
            new ServiceRequest
            {
                Name = name,
                Hosts = hosts,
                Path = _path.Value(),
                Header = _header.Value() ?? "Authorization",
                Prefix = _prefix.Value(),
                BasicUser = _basic.Value(),
                Variable = _env.Value(),
            },
            cancellationToken).ConfigureAwait(false);
        if (WantsJson)
            JsonOutput.Write(context, service, DoorJson.Default.ServiceInfo);
        context.WriteError($"✓ Service {service.Name} for {string.Join(", ", service.Hosts)}. Store its secret: sbx secret set {service.Name}\n");
        return ExitCodes.Success;
    }
}

/// <summary><c>sbx secret service ls</c>: built-in services and the user's own.</summary>
internal sealed class ServiceListCommand : CliCommand
{
    private CommandOption _quiet = null!;
    private FormatOptions _format = null!;

    public override bool WantsJson => _format.IsJson;

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "List the services whose credentials sbx can hold: their hosts, headers and variables.";
        _quiet = app.Flag("-q|--quiet", "Names only");
        _format = new FormatOptions(app);
        app.Examples(("sbx secret service ls --json | jq '.services[] | select(.name == \"openai\")'", "all about one"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var format = _format.Value;
        var list = await context.Client.Secrets.ServicesAsync(cancellationToken).ConfigureAwait(false);
        if (_quiet.HasValue())
            context.Write(string.Concat(list.Services.Select(s => s.Name + "\n")));
        else if (format != OutputFormat.Table)
            JsonOutput.Write(context, list, DoorJson.Default.ServiceList, format);
        else
            context.Write(SecretText.Services(list.Services, context.Terminal.IsOutputTerminal));
        return ExitCodes.Success;
    }
}

/// <summary><c>sbx secret service rm</c>: removes a service of the user's own.</summary>
internal sealed class ServiceRemoveCommand : CliCommand
{
    private CommandArgument _name = null!;
    private CommandOption _force = null!;
    private CommandOption _json = null!;

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Remove a service of your own.";
        _name = app.Word("<name>", "Service");
        _force = app.Flag("-f|--force", "Do not ask");
        _json = app.Flag("--json", "Failures as JSON on standard output");
        app.Examples(("sbx secret service rm example --force", "in a script"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        if (_name.Value is not { } name)
            throw new SbxException(ErrorCode.Usage, "remove which service?", "services: sbx secret service ls");
        if (!_force.HasValue())
            await Question.ConfirmAsync(context, $"Remove the service {name}?", "--force", cancellationToken).ConfigureAwait(false);
        await context.Client.Secrets.RemoveServiceAsync(name, cancellationToken).ConfigureAwait(false);
        context.WriteError($"✓ Removed the service {Printable.Line(name)}\n");
        return ExitCodes.Success;
    }
}
