using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Sbx.Images.Tests.Support;

/// <summary>A NuGet v3 feed on a local port: service index and package content, with the faults that a test asks for.</summary>
internal sealed class TestFeed : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TestFeed(WebApplication app) => _app = app;

    public string Index => _app.Urls.First() + "/v3/index.json";

    public Dictionary<string, byte[]> Packages { get; } = [];

    /// <summary>Range headers of the requests for package content, in order; "" where there was none.</summary>
    public List<string> Requests { get; } = [];

    /// <summary>Bytes after which an answer breaks off; null for none.</summary>
    public int? BreakAfter { get; set; }

    /// <summary>How many answers break off or fail.</summary>
    public int Faults { get; set; }

    /// <summary>Status of a faulty answer; null breaks the connection instead.</summary>
    public int? FaultStatus { get; set; }

    /// <summary>Whether range headers are ignored.</summary>
    public bool IgnoresRanges { get; set; }

    public static async Task<TestFeed> StartAsync(params TestPackage[] packages)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        var feed = new TestFeed(app);
        foreach (var package in packages)
            feed.Add(package.Entry.Id, package.Entry.Version, package.Bytes);
        app.MapGet("/v3/index.json", feed.ServiceIndex);
        app.MapGet("/content/{id}/{version}/{file}", feed.ContentAsync);
        await app.StartAsync();
        return feed;
    }

    public void Add(string id, string version, byte[] bytes) => Packages[$"{id}.{version}.nupkg".ToLowerInvariant()] = bytes;

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private IResult ServiceIndex() => Results.Text(
        $$"""{"version":"3.0.0","resources":[{"@id":"{{_app.Urls.First()}}/content/","@type":"PackageBaseAddress/3.0.0"}]}""", "application/json");

    private async Task ContentAsync(HttpContext context, string id, string version, string file)
    {
        var range = context.Request.Headers.Range.ToString();
        lock (Requests)
            Requests.Add(range);
        if (!Packages.TryGetValue(file, out var bytes) || file != $"{id}.{version}.nupkg")
        {
            context.Response.StatusCode = 404;
            return;
        }

        var faulty = Faults > 0 && Faults-- > 0;
        if (faulty && FaultStatus is { } status)
        {
            context.Response.StatusCode = status;
            return;
        }

        var from = range.Length > 0 && !IgnoresRanges ? int.Parse(range["bytes=".Length..^1], System.Globalization.CultureInfo.InvariantCulture) : 0;
        if (from >= bytes.Length)
        {
            context.Response.StatusCode = 416;
            context.Response.Headers.ContentRange = $"bytes */{bytes.Length}";
            return;
        }

        if (from > 0)
        {
            context.Response.StatusCode = 206;
            context.Response.Headers.ContentRange = $"bytes {from}-{bytes.Length - 1}/{bytes.Length}";
        }

        context.Response.ContentLength = bytes.Length - from;
        if (faulty && BreakAfter is { } limit)
        {
            await context.Response.Body.WriteAsync(bytes.AsMemory(from, Math.Min(limit, bytes.Length - from)));
            await context.Response.Body.FlushAsync();
            context.Abort();
            return;
        }

        await context.Response.Body.WriteAsync(bytes.AsMemory(from));
    }
}
