using System.Runtime.CompilerServices;
using Sbx.Secrets.Injection;

namespace Sbx.Egress.Masking;

/// <summary>Keeps one matcher for each set of forms, for as long as the set lives.</summary>
internal static class Matchers
{
    private static readonly ConditionalWeakTable<MaskForms, SecretMatcher> Known = [];

    /// <summary>The matcher of a set of forms.</summary>
    public static SecretMatcher For(MaskForms forms) => Known.GetValue(forms, static forms => new SecretMatcher(forms.Forms));
}
