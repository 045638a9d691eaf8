using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Sbx.Bench.Egress;

/// <summary>The destination: 1 KB of JSON, 256 MB, or events that carry the time they were sent.</summary>
internal static class Origin
{
    public const int DownloadBytes = 256 << 20;
    public const int Events = 100;

    private static readonly byte[] Json = Encoding.ASCII.GetBytes("{\"text\":\"" + new string('x', 1024 - 11) + "\"}");
    private static readonly byte[] Block = new byte[256 * 1024];

    public static async Task<int> StartAsync(string directory) =>
        (await BenchServer.StartAsync(BenchCertificates.Server(directory), null, _ => HandleAsync)).Port;

    private static async Task HandleAsync(HttpContext context)
    {
        switch (context.Request.Path.Value)
        {
            case "/download":
                context.Response.ContentLength = DownloadBytes;
                for (var sent = 0; sent < DownloadBytes; sent += Block.Length)
                    await context.Response.Body.WriteAsync(Block);
                break;
            case "/events":
                context.Response.ContentType = "text/event-stream";
                for (var i = 0; i < Events; i++)
                {
                    await Task.Delay(10);
                    await context.Response.WriteAsync($"data: {Stopwatch.GetTimestamp()}\n\n");
                    await context.Response.Body.FlushAsync();
                }

                break;
            default:
                context.Response.ContentType = "application/json";
                context.Response.ContentLength = Json.Length;
                await context.Response.Body.WriteAsync(Json);
                break;
        }
    }
}
