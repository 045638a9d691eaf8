using Microsoft.AspNetCore.Http;
using Sbx.Policies.Evaluation;
using Sbx.Policies.Hosts;

namespace Sbx.Egress.Refusals;

/// <summary>Why a request is not forwarded, in words that a person or a model can act on.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Code">Stable code, for programs.</param>
/// <param name="Message">What was refused and why; one or two sentences, no secret, no control characters.</param>
/// <param name="Rule">The rule that decided, or null.</param>
/// <param name="Command">What a person could run on the host, or null.</param>
/// <param name="Reason">The reason alone, for the log; null takes the message.</param>
internal sealed record Refusal(int Status, string Code, string Message, string? Rule = null, string? Command = null, string? Reason = null)
{
    /// <summary>A request that is malformed, or could be read in two ways.</summary>
    public static Refusal BadRequest(string problem) => new(StatusCodes.Status400BadRequest, "bad_request", $"sbx refused this request: {problem}.");

    /// <summary>A request whose parts name different destinations.</summary>
    public static Refusal Misdirected(string problem) =>
        new(StatusCodes.Status421MisdirectedRequest, "destination_mismatch", $"sbx refused this request: {problem}.");

    /// <summary>A credential question that went wrong.</summary>
    public static Refusal Credential(string problem, string? command = null) =>
        new(StatusCodes.Status403Forbidden, "credential_refused", $"sbx refused this request: {problem}", Command: command);

    /// <summary>The destination does not answer, or its certificate is no good.</summary>
    public static Refusal Upstream(string problem) =>
        new(StatusCodes.Status502BadGateway, "upstream_failed", $"sbx allowed this request, but it failed: {problem}.");

    /// <summary>The policy says no.</summary>
    public static Refusal Policy(PolicyDecision decision, Authority target, string sandbox, string? method = null, string? path = null)
    {
        var what = method is null ? target.ToString() : $"{method} {target}{Printable.Text(path, 200)}";
        var reason = decision.Reason.TrimEnd('.');
        if (decision.Rule is { } rule)
        {
            return new(StatusCodes.Status403Forbidden, "policy_denied",
                $"sbx refused {what}: {reason}. Retrying will not help. A person can lift it on the host with: sbx policy rm {rule.Id}",
                rule.Id, $"sbx policy rm {rule.Id}", reason);
        }

        var command = $"sbx policy allow network {target.Host.UriForm}{(target.Port is 443 or 80 ? "" : $":{target.Port}")} --sandbox {sandbox}";
        return new(StatusCodes.Status403Forbidden, "policy_denied",
            $"sbx refused {what}: {reason}. Retrying will not help. A person can allow it on the host with: {command}", null, command, reason);
    }
}
