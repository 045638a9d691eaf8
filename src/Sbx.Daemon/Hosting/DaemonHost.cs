using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sbx.Api;
using Sbx.Daemon.Hosting;
using Sbx.Daemon.Http;
using Sbx.Daemon.Sandboxes;
using Sbx.Secrets.Values;

namespace Sbx.Daemon;

/// <summary>The daemon as a process: one per user, on a private unix socket, until it is told to stop.</summary>
public static class DaemonHost
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>Runs until SIGTERM, a stop request, or <paramref name="cancellationToken"/>; stops all machines before it returns.</summary>
    /// <param name="paths">Where everything is.</param>
    /// <param name="cancellationToken">Ends the daemon.</param>
    /// <returns>0 after an orderly end, or when another daemon serves this user already.</returns>
    public static async Task<int> RunAsync(SbxPaths paths, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(paths);
        foreach (var directory in new[] { paths.Data, paths.Cache, paths.State, paths.Config, paths.Run })
            Directory.CreateDirectory(directory, OwnerOnly);
        PrivateDirectory.Check(paths.Run);
        using var instance = SingleInstance.TryTake(Path.Combine(paths.Run, "daemon.lock"));
        if (instance is null)
            return 0;
        ProcessSetup.Detach(paths.DaemonLog);
        // Secrets live in this process: no core file, no ptrace by others (threat 40).
        MemoryProtection.Enable();

        // A socket file without a listener is left by a daemon that was killed; the lock says that nobody else has it.
        File.Delete(paths.Socket);
        var app = Build(paths);
        await using (app.ConfigureAwait(false))
        {
            var sandboxes = app.Services.GetRequiredService<SandboxService>();
            app.Services.GetRequiredService<Housekeeping>().ClearLeftovers();
            sandboxes.Load();
            await app.StartAsync(cancellationToken).ConfigureAwait(false);
            File.SetUnixFileMode(paths.Socket, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            await app.WaitForShutdownAsync(cancellationToken).ConfigureAwait(false);
            // The socket is closed by now: nothing new can start while the machines are stopped.
            await sandboxes.StopAllAsync(CancellationToken.None).ConfigureAwait(false);
        }

        File.Delete(paths.Socket);
        return 0;
    }

    private static WebApplication Build(SbxPaths paths)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = paths.State });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ListenUnixSocket(paths.Socket);
        });
        builder.Services.AddRoutingCore();
        builder.Logging.AddSimpleConsole(console =>
        {
            console.SingleLine = true;
            console.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffzzz ";
            console.ColorBehavior = Microsoft.Extensions.Logging.Console.LoggerColorBehavior.Disabled;
        });
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // The forwarder names whole URLs, and a secret may stand in a query.
        builder.Logging.AddFilter("Yarp", LogLevel.Warning);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(2));
        builder.Services.AddEngine(paths);
        var app = builder.Build();
        app.Use(next => new ErrorAnswer(next, app.Services.GetRequiredService<ILogger<ErrorAnswer>>()).InvokeAsync);
        app.Use(next => ActivatorUtilities.CreateInstance<Gatekeeper>(app.Services, next).InvokeAsync);
        app.UseRouting();
        ApiEndpoints.Map(app);
        return app;
    }
}
