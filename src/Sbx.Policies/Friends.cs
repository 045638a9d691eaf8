using System.Runtime.CompilerServices;

[assembly: InternalsVisibleTo("Sbx.Secrets")]
[assembly: InternalsVisibleTo("Sbx.Policies.Tests")]
