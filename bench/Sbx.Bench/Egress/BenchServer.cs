using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Sbx.Bench.Egress;

/// <summary>Kestrel with TLS on a free port of loopback, with nothing around it.</summary>
internal static class BenchServer
{
    public static async Task<(WebApplication App, int Port)> StartAsync(X509Certificate2 certificate, Action<IServiceCollection>? services, Func<WebApplication, RequestDelegate> handler)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        services?.Invoke(builder.Services);
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(options =>
        {
            options.Limits.MaxRequestBodySize = null;
            options.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate));
        });
        var app = builder.Build();
        app.Run(handler(app));
        await app.StartAsync();
        return (app, new Uri(app.Urls.First()).Port);
    }
}
