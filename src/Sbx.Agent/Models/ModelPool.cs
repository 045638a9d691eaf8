using System.Collections.Concurrent;
using Sbx.Agent.Configuration.Definitions;

namespace Sbx.Agent.Models;

/// <summary>
/// Asks an agent's model, again after a passing failure, then its fallbacks. After a refusal by the first model it stays with the
/// one that worked until the cooldown is over. Safe for concurrent use.
/// </summary>
internal sealed class ModelPool(ModelCatalog catalog, TimeProvider time)
{
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, (string Model, DateTimeOffset Until)> _cooling = new(StringComparer.Ordinal);

    /// <summary>Streams into <paramref name="sink"/> and returns the whole answer and the model that gave it.</summary>
    /// <param name="sink">Gets each piece; gets a <see cref="AnswerRestarted"/> when pieces so far are void.</param>
    /// <exception cref="ModelException">No model answered; the last failure.</exception>
    public async Task<(ModelAnswer Answer, IModelClient Client)> AskAsync(
        AgentDefinition agent, string first, string? userMessage, ModelRequest request, Func<ModelEvent, ValueTask> sink, CancellationToken cancel)
    {
        var order = new List<string> { first };
        order.AddRange(agent.Fallback.Models.Where(model => model != first));
        if (_cooling.TryGetValue(agent.Name, out var cooling) && cooling.Until > time.GetUtcNow() && order.Remove(cooling.Model)) order.Insert(0, cooling.Model);

        for (var i = 0; ; i++)
        {
            var last = i == order.Count - 1;
            try
            {
                var client = catalog.Client(order[i], userMessage);
                var answer = await RetryAsync(agent, client, request, sink, last, cancel).ConfigureAwait(false);
                if (i > 0 && order[i] != first) _cooling[agent.Name] = (order[i], time.GetUtcNow() + agent.Fallback.Cooldown);
                return (answer, client);
            }
            catch (ModelException e) when (!last && e.Failure != ModelFailure.ContextOverflow)
            {
                await sink(new FellBack(order[i], order[i + 1], e.Message)).ConfigureAwait(false);
            }
        }
    }

    private async Task<ModelAnswer> RetryAsync(
        AgentDefinition agent, IModelClient client, ModelRequest request, Func<ModelEvent, ValueTask> sink, bool last, CancellationToken cancel)
    {
        for (var attempt = 0; ; attempt++)
        {
            var answer = new ModelAnswer();
            var any = false;
            try
            {
                await foreach (var happened in client.StreamAsync(request, cancel).ConfigureAwait(false))
                {
                    any = true;
                    answer.Add(happened);
                    await sink(happened).ConfigureAwait(false);
                }

                return answer;
            }
            catch (ModelException e) when (attempt < agent.Fallback.EffectiveRetries && IsWorthRetrying(e, last))
            {
                var delay = Delay(attempt, e.RetryAfter);
                await sink(new AnswerRestarted(e.Message, delay, any)).ConfigureAwait(false);
                await Task.Delay(delay, time, cancel).ConfigureAwait(false);
            }
        }
    }

    // A busy model is left for another one at once; with no other one, waiting is all that is left.
    private static bool IsWorthRetrying(ModelException e, bool last) => e.Failure == ModelFailure.Passing || e.Failure == ModelFailure.RateLimited && last;

    private static TimeSpan Delay(int attempt, TimeSpan? asked)
    {
        if (asked is { } wanted) return wanted < MaxDelay ? wanted : MaxDelay;
        var delay = FirstDelay * Math.Pow(2, attempt) * (0.75 + Random.Shared.NextDouble() / 2);
        return delay < MaxDelay ? delay : MaxDelay;
    }
}

/// <summary>The same model is asked again; what it said so far is void.</summary>
internal sealed record AnswerRestarted(string Reason, TimeSpan Delay, bool HadOutput) : ModelEvent;

/// <summary>Another model is asked.</summary>
internal sealed record FellBack(string From, string To, string Reason) : ModelEvent;
