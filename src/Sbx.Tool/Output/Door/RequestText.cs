using System.Globalization;
using System.Text.Json;
using Sbx.Api.Contracts;

namespace Sbx.Tool.Output.Door;

/// <summary>Requests of the log as lines. All text of theirs may come from a guest, and is made printable and bounded.</summary>
internal sealed class RequestText(TimeZoneInfo zone)
{
    // A path may have thousands of characters; what is cut off is in the JSON.
    private const int MaxTarget = 160;

    private static readonly string[] Headings = ["TIME", "SANDBOX", "METHOD", "TARGET", "STATUS", "SENT", "RECEIVED", "DURATION", "CREDENTIAL", "RULE"];

    /// <summary>One compact JSON document with a line end; everything outside ASCII is escaped in it.</summary>
    public static string Json(EgressRequest request) => JsonSerializer.Serialize(request, ApiJson.Default.EgressRequest) + "\n";

    /// <summary>Requests as a table.</summary>
    public string Table(IReadOnlyList<EgressRequest> requests, bool bold)
    {
        var table = new TextTable(Headings);
        foreach (var request in requests)
            table.Add(Cells(request));
        return table.ToText(bold);
    }

    /// <summary>One request as a line of its own, with a line end.</summary>
    public string Line(EgressRequest request)
    {
        var cells = Cells(request).Select(Printable.Line).ToArray();
        cells[2] = cells[2].PadRight(7);
        return string.Join("  ", cells).TrimEnd() + "\n";
    }

    private string[] Cells(EgressRequest r) =>
    [
        TimeZoneInfo.ConvertTime(r.Time, zone).ToString("HH:mm:ss.fff d-MMM", CultureInfo.InvariantCulture),
        r.Sandbox,
        r.Method ?? (r.Proxy == "network" ? "-" : "CONNECT"),
        Short($"{HostPort(r)}{r.Path}"),
        r.Status?.ToString(CultureInfo.InvariantCulture) ?? (r is { Allowed: true, DurationMilliseconds: 0 } ? "open" : "-"),
        HumanText.Bytes(r.BytesSent),
        HumanText.Bytes(r.BytesReceived),
        Duration(r.DurationMilliseconds),
        r.Credential ?? "-",
        Verdict(r),
    ];

    private static string Verdict(EgressRequest r)
    {
        var rule = r.Rule is { Length: > 0 } id ? id : "-";
        var reason = r.Reason.Length > 0 ? $" {Short(r.Reason)}" : "";
        return r.Allowed ? rule + reason : $"DENIED {rule}{reason}";
    }

    private static string HostPort(EgressRequest r)
    {
        var host = r.Host.Contains(':', StringComparison.Ordinal) && !r.Host.StartsWith('[') ? $"[{r.Host}]" : r.Host;
        return r.Port == 0 ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{r.Port}");
    }

    // Not between the halves of a character beyond the basic plane.
    private static string Short(string text)
    {
        if (text.Length <= MaxTarget)
            return text;
        var cut = char.IsHighSurrogate(text[MaxTarget - 2]) ? MaxTarget - 2 : MaxTarget - 1;
        return text[..cut] + "…";
    }

    private static string Duration(double milliseconds) => milliseconds switch
    {
        0 => "-",
        < 10 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0.0} ms"),
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds:0} ms"),
        < 60_000 => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000:0.0} s"),
        _ => HumanText.Duration(TimeSpan.FromMilliseconds(Math.Min(milliseconds, TimeSpan.MaxValue.TotalMilliseconds / 2))),
    };
}
