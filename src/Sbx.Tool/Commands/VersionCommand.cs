using System.Reflection;
using System.Runtime.InteropServices;
using McMaster.Extensions.CommandLineUtils;
using Sbx.Api.Client;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Tool.Hosting;
using Sbx.Tool.Output;

namespace Sbx.Tool.Commands;

/// <summary><c>sbx version</c>.</summary>
internal sealed class VersionCommand : CliCommand
{
    private CommandOption _json = null!;

    /// <summary>Version of this tool.</summary>
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public override bool WantsJson => _json.HasValue();

    public override void Configure(CommandLineApplication app)
    {
        app.Description = "Show the version.";
        _json = app.Flag("--json", "As JSON, with the daemon's version");
        app.Examples(("sbx version --json | jq -r .server.state", "running or unavailable; starts no daemon"));
    }

    public override async Task<int> RunAsync(CliContext context, CancellationToken cancellationToken)
    {
        var build = BuildIdentity.Current();
        if (!_json.HasValue())
        {
            context.Write($"sbx version: v{Version} {build}\n");
            return ExitCodes.Success;
        }

        var client = new ClientVersion(
            Version, build, ApiVersions.Current, OperatingSystemName(), RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant(), Environment.Version.ToString());
        JsonOutput.Write(context, new VersionDocument(client, await ServerAsync(context, cancellationToken).ConfigureAwait(false)), ToolJson.Default.VersionDocument);
        return ExitCodes.Success;
    }

    /// <summary>Name of the host's system, as in package names.</summary>
    public static string OperatingSystemName() =>
        OperatingSystem.IsWindows() ? "windows" : OperatingSystem.IsMacOS() ? "darwin" : OperatingSystem.IsLinux() ? "linux" : "other";

    private static async Task<ServerVersion> ServerAsync(CliContext context, CancellationToken cancellationToken)
    {
        using var client = context.PassiveClient();
        try
        {
            var status = await client.GetStatusAsync(cancellationToken).ConfigureAwait(false);
            return new ServerVersion("running", status.Version, status.Build, status.ApiVersion, status.ProcessId);
        }
        catch (SbxException)
        {
            return new ServerVersion("unavailable");
        }
    }
}
