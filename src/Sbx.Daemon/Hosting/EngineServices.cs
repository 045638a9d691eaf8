using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Sbx.Api;
using Sbx.Api.Client;
using Sbx.Daemon.Agents;
using Sbx.Daemon.Egress;
using Sbx.Daemon.Http;
using Sbx.Daemon.Machines;
using Sbx.Daemon.Policies;
using Sbx.Daemon.Sandboxes;
using Sbx.Daemon.Secrets;
using Sbx.Images;
using Sbx.Machines;
using Sbx.Machines.Qemu;
using Sbx.Policies.Store;

namespace Sbx.Daemon.Hosting;

/// <summary>The composition root: the one place that knows all parts.</summary>
internal static class EngineServices
{
    public static IServiceCollection AddEngine(this IServiceCollection services, SbxPaths paths)
    {
        services.AddSingleton(paths);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(new RunningBuild(BuildIdentity.Current()));
        services.AddSingleton(new ImageStore(ImageStoreOptions.FromEnvironment(paths)));
        services.AddSingleton(new MachineDisks(Path.Combine(paths.Cache, "disks")));
        services.AddSingleton(p => new QemuDriver(new QemuDriverOptions
        {
            CacheDirectory = Path.Combine(paths.Cache, "warm"),
            RunDirectory = paths.Run,
            StateDirectory = paths.State,
            QemuBinary = Environment.GetEnvironmentVariable("SBX_QEMU") is { Length: > 0 } qemu ? qemu : null,
            KeepSpare = Environment.GetEnvironmentVariable("SBX_SPARE") != "0",
            Log = line => DriverLog.Line(p.GetRequiredService<ILogger<QemuDriver>>(), line),
        }));
        services.AddSingleton<IMachineDriver>(p => p.GetRequiredService<QemuDriver>());
        services.AddSingleton(p => new SandboxStore(Path.Combine(paths.Data, "sandboxes"), p.GetRequiredService<ILogger<SandboxStore>>()));
        services.AddSingleton(new AgentCatalog(paths.Config));
        services.AddSingleton(_ => PolicyStore.Open(new PolicyStoreOptions { ConfigDirectory = paths.Config }));
        services.AddSingleton<ClientVariables>();
        services.AddSingleton<SecretVault>();
        services.AddSingleton<SandboxCredentials>();
        services.AddSingleton<SandboxPolicies>();
        services.AddSingleton<EgressService>();
        services.AddSingleton<PolicyService>();
        services.AddSingleton<SecretService>();
        services.AddSingleton<MachineImages>();
        services.AddSingleton<MachineStarter>();
        services.AddSingleton<LimitDefaults>();
        services.AddSingleton<SandboxService>();
        services.AddSingleton<ExecRelay>();
        services.AddSingleton<DetachedRun>();
        services.AddSingleton<DaemonSelf>();
        services.AddSingleton<Housekeeping>();
        services.AddSingleton<Diagnostics>();
        return services;
    }
}

internal static partial class DriverLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Text}")]
    public static partial void Line(ILogger logger, string text);
}
