using Sbx.Api.Errors;
using Sbx.Tool.Hosting;

namespace Sbx.Tool.Commands;

/// <summary>Does the same to several sandboxes; a failure with one does not spare the others.</summary>
internal static class EachSandbox
{
    /// <summary>Does it, in order.</summary>
    /// <exception cref="SbxException">The last failure; earlier ones have been told on standard error.</exception>
    public static async Task DoAsync(CliContext context, IEnumerable<string> names, Func<string, Task> action)
    {
        SbxException? failure = null;
        foreach (var name in names.Distinct())
        {
            try
            {
                await action(name).ConfigureAwait(false);
            }
            catch (SbxException e)
            {
                if (failure is not null)
                    context.WriteError($"ERROR: {Output.Printable.Line(failure.Message)}\n");
                failure = e;
            }
        }

        if (failure is not null)
            throw failure;
    }
}
