using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Sbx.Egress.Masking;
using Sbx.Egress.Refusals;
using Sbx.Secrets.Injection;
using Sbx.Secrets.Services;
using Sbx.Secrets.Values;

namespace Sbx.Egress.Requests;

/// <summary>
/// Stops requests that carry the placeholder of an own service to a host it does not belong to: raw, percent-encoded, JSON-escaped or in
/// base64, in the target, a header or the body. Somebody is being tricked into sending a credential there.
/// </summary>
internal static class PlaceholderGuard
{
    private static readonly ConditionalWeakTable<ServiceRegistry, Guarded[]> Known = [];

    /// <summary>Looks at target and headers, and sees to it that the body is looked at as it passes.</summary>
    /// <returns>The refusal, or null.</returns>
    public static Refusal? Check(Exchange exchange, ServiceRegistry services)
    {
        foreach (var guarded in Known.GetValue(services, Find))
        {
            if (exchange.Credential?.Service.Name == guarded.Service || guarded.Endpoints.Any(endpoint => endpoint.Matches(exchange.Destination!.Target)))
                continue;
            var message = $"it carries the placeholder of '{guarded.Service}', which does not belong to {exchange.Destination!.Target.Host}.";
            if (IsIn(guarded.Matcher, exchange.Destination.PathAndQuery) || exchange.Context.Request.Headers.Any(header => header.Value.Any(value => IsIn(guarded.Matcher, value ?? ""))))
                return Refusal.Credential(message);
            if (exchange.Context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
                exchange.Context.Request.Body = new GuardedStream(exchange.Context.Request.Body, guarded.Matcher, "its body " + message[3..]);
        }

        return null;
    }

    private static bool IsIn(SecretMatcher matcher, string text) => matcher.Find(Encoding.Latin1.GetBytes(text)) is not null;

    private static Guarded[] Find(ServiceRegistry services) =>
    [
        .. services.All.Where(service => service.Scheme == ServiceScheme.Substitute).Select(service =>
        {
            var forms = service.PlaceholderTexts.Where(text => text != PlaceholderText.Default).SelectMany(text =>
            {
                using var value = SecretValue.FromText(text);
                return MaskForms.Of(value).Forms;
            });
            return new Guarded(service.Name, service.Endpoints, new SecretMatcher(forms));
        }).Where(guarded => !guarded.Matcher.IsEmpty),
    ];

    private sealed record Guarded(string Service, IReadOnlyList<ServiceEndpoint> Endpoints, SecretMatcher Matcher);
}
