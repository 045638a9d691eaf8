using System.Globalization;
using System.Text;
using Sbx.Api.Contracts;

namespace Sbx.Tool.Output.Door;

/// <summary>The log by host: what was blocked, then what was allowed.</summary>
internal sealed class SummaryText(TimeZoneInfo zone, bool bold)
{
    /// <summary>The sections that are not empty.</summary>
    public string Of(EgressSummary summary)
    {
        var text = new StringBuilder();
        Append(text, "Blocked requests:", summary.BlockedHosts);
        Append(text, "Allowed requests:", summary.AllowedHosts);
        return text.ToString();
    }

    private void Append(StringBuilder text, string heading, IReadOnlyList<EgressHost> hosts)
    {
        if (hosts.Count == 0)
            return;
        var table = new TextTable("SANDBOX", "TYPE", "HOST", "PROXY", "RULE", "REASON", "LAST SEEN", "COUNT");
        foreach (var host in hosts)
        {
            table.Add(
                host.Sandbox, "network", host.Host, host.Proxy, host.Rule ?? "", host.Reason,
                TimeZoneInfo.ConvertTime(host.LastSeen, zone).ToString("HH:mm:ss d-MMM", CultureInfo.InvariantCulture), host.Count.ToString(CultureInfo.InvariantCulture));
        }

        text.Append(text.Length > 0 ? "\n" : "").Append(heading).Append('\n').Append(table.ToText(bold));
    }
}
