using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Sbx.Api.Contracts;
using Sbx.Api.Errors;
using Sbx.Daemon.Egress;
using Sbx.Egress.Log;
using EgressSummary = Sbx.Api.Contracts.EgressSummary;

namespace Sbx.Daemon.Http;

/// <summary>The addresses of the egress log.</summary>
internal static class EgressEndpoints
{
    private static readonly byte[] NewLine = "\n"u8.ToArray();

    public static void Map(IEndpointRouteBuilder app)
    {
        var egress = app.ServiceProvider.GetRequiredService<EgressService>();
        app.MapGet("/v1/egress/summary", async c =>
        {
            var summary = await ReadAsync(c, egress, (log, query) => log.Summarize(query)).ConfigureAwait(false);
            await c.AnswerAsync(
                new EgressSummary([.. summary.Blocked.Select(EgressText.Of)], [.. summary.Allowed.Select(EgressText.Of)]), ApiJson.Default.EgressSummary).ConfigureAwait(false);
        });
        app.MapGet("/v1/egress/requests", async c =>
        {
            var rows = await ReadAsync(c, egress, (log, query) => log.Rows(query)).ConfigureAwait(false);
            await c.AnswerAsync(new EgressRequestList([.. rows.Select(EgressText.Of)]), ApiJson.Default.EgressRequestList).ConfigureAwait(false);
        });
        app.MapGet("/v1/egress/follow", c => FollowAsync(c, egress));
    }

    private static async Task<T> ReadAsync<T>(HttpContext context, EgressService egress, Func<EgressLog, EgressLogQuery, T> read)
    {
        var query = Query(context);
        var log = await egress.LogAsync(context.RequestAborted).ConfigureAwait(false);
        // What a command just did is in the answer.
        await log.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        try
        {
            return read(log, query);
        }
        catch (SqliteException e)
        {
            throw new SbxException(ErrorCode.Failed, $"the egress log cannot be read: {e.Message}", "free disk space and try again", e);
        }
    }

    private static async Task FollowAsync(HttpContext context, EgressService egress)
    {
        var query = Query(context);
        var log = await egress.LogAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = "application/x-ndjson";
        await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        await foreach (var row in log.FollowAsync(query, context.RequestAborted).ConfigureAwait(false))
        {
            await context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(EgressText.Of(row), ApiJson.Default.EgressRequest), context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.WriteAsync(NewLine, context.RequestAborted).ConfigureAwait(false);
            await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
        }
    }

    private static EgressLogQuery Query(HttpContext context)
    {
        DateTimeOffset? since = null;
        if (context.Parameter("since") is { } text)
        {
            since = DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
                ? time
                : throw new SbxException(ErrorCode.Usage, $"'{text}' is not a time", "for example 2026-11-24T13:00:00Z");
        }

        var limit = int.TryParse(context.Parameter("limit"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 1000;
        return new EgressLogQuery
        {
            Sandbox = context.Parameter("sandbox"),
            Since = since,
            DeniedOnly = context.Parameter("denied") == "true",
            Limit = limit == 0 ? int.MaxValue : limit,
        };
    }
}
